package dev.guildhall.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.devcluster.DevCluster;
import dev.guildhall.devcluster.DevClusterException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real API server says to the charts, the samples and the grants. */
@Tag("cluster")
class ApiServerClusterTest {
  static final List<String> VALUES = Checkout.VALUES;

  private final DevCluster cluster = ControlPlane.shared();

  @ParameterizedTest
  @FieldSource("VALUES")
  void acceptsEveryObject(String values) throws IOException {
    var accepted = dryRun(Checkout.render(values));
    assertThat(accepted).contains("serviceaccount/guildhall-operator").doesNotContain("Warning");
  }

  /**
   * A workload is always accepted, its pods may not be: so its template is sent as a pod into the
   * enforcing namespace.
   */
  @ParameterizedTest
  @FieldSource("VALUES")
  void admitsEveryPodAtTheRestrictedLevel(String values) throws IOException {
    for (var workload : Checkout.workloads(Checkout.render(values))) {
      dryRun(List.of(pod(workload)));
    }
  }

  @Test
  void refusesAPodThatIsNotRestricted() throws IOException {
    var pod = pod(Checkout.workloads(Checkout.render("default")).getFirst());
    ((ObjectNode) pod.path("spec")).put("hostNetwork", true);
    assertThatThrownBy(() -> dryRun(List.of(pod)))
        .isInstanceOf(DevClusterException.class)
        .hasMessageContaining("violates PodSecurity");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"quickstart", "pool-local", "pool-h800", "deepseek-v3", "claim", "cost-report"})
  void acceptsTheSample(String sample) {
    for (var namespace : List.of("quickstart", "research")) {
      cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace));
    }
    var said =
        cluster.kubectl(
            "apply",
            "--server-side",
            "--dry-run=server",
            "-f",
            Checkout.ROOT.resolve("manifests/samples/" + sample + ".yaml").toString());
    assertThat(said).contains("serverside-applied");
  }

  @Test
  void letsEachProcessDoItsWorkAndNoMore() throws IOException {
    cluster.apply(
        yaml(
            Checkout.render("default").stream()
                .filter(
                    o -> o.path("kind").asText().matches("ServiceAccount|(Cluster)?Role(Binding)?"))
                .toList()));
    assertThat(can("gateway", "get", "secrets/guildhall-gateway-routes", Chart.NAMESPACE)).isTrue();
    assertThat(can("gateway", "get", "secrets/another", Chart.NAMESPACE)).isFalse();
    assertThat(can("gateway", "list", "pods", Chart.NAMESPACE)).isFalse();
    assertThat(can("ledger", "create", "tokenreviews.authentication.k8s.io", Chart.NAMESPACE))
        .isTrue();
    assertThat(can("ledger", "get", "secrets", Chart.NAMESPACE)).isFalse();
    assertThat(can("finance", "get", "configmaps", Chart.NAMESPACE)).isFalse();
    assertThat(can("operator", "list", "modeldeployments.guildhall.dev", "default")).isTrue();
    assertThat(
            can("operator", "create", "clusterrolebindings.rbac.authorization.k8s.io", "default"))
        .isFalse();
    assertThat(can("operator", "create", "pods/exec", "default")).isFalse();
    assertThat(can("operator", "delete", "namespaces", "default")).isFalse();
  }

  private boolean can(String account, String verb, String resource, String namespace) {
    var user = "--as=system:serviceaccount:" + Chart.NAMESPACE + ":guildhall-" + account;
    // Exits with 1 for "no", so the answer is read from a command that cannot fail.
    try {
      return cluster
          .kubectl("auth", "can-i", verb, resource, "-n", namespace, user)
          .strip()
          .endsWith("yes");
    } catch (DevClusterException no) {
      assertThat(no).hasMessageContaining("no");
      return false;
    }
  }

  /**
   * Objects of types that this API server has; those of the Prometheus Operator are not among them.
   */
  private String dryRun(List<JsonNode> objects) throws IOException {
    var known =
        objects.stream()
            .filter(o -> !o.path("apiVersion").asText().startsWith("monitoring.coreos.com"))
            .toList();
    return cluster
        .kubectlCommand("apply", "--server-side", "--dry-run=server", "-f", "-")
        .reading(yaml(known))
        .run();
  }

  private static JsonNode pod(JsonNode workload) {
    var pod = Chart.YAML.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", "probe").put("namespace", Chart.NAMESPACE);
    var spec = (ObjectNode) workload.at("/spec/template/spec").deepCopy();
    spec.remove(List.of("priorityClassName"));
    for (var claim : workload.at("/spec/volumeClaimTemplates")) {
      spec.withArray("/volumes")
          .addObject()
          .put("name", claim.at("/metadata/name").asText())
          .putObject("persistentVolumeClaim")
          .put("claimName", "any");
    }
    pod.set("spec", spec);
    return pod;
  }

  private static String yaml(List<JsonNode> objects) throws IOException {
    var text = new StringBuilder();
    for (var object : objects) {
      text.append(Chart.YAML.writeValueAsString(object));
    }
    return text.toString();
  }
}
