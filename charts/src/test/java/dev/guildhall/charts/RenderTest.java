package dev.guildhall.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class RenderTest {
  static final List<String> VALUES = Checkout.VALUES;

  @ParameterizedTest
  @ValueSource(strings = {"guildhall", "guildhall-crds"})
  void strictLintFindsNothing(String chart) {
    var result =
        new Helm(Checkout.ROOT.resolve("charts").resolve(chart)).lint().strict().quiet().call();
    assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
  }

  @ParameterizedTest
  @FieldSource("VALUES")
  void theSameValuesRenderTheSameObjects(String values) {
    assertThat(Checkout.render(values)).isNotEmpty().isEqualTo(Checkout.render(values));
  }

  @Test
  void templatesUseNothingThatDriftsBetweenRenders() throws Exception {
    var drifting =
        Pattern.compile("\\b(lookup|rand[A-Z]\\w*|gen[A-Z]\\w*|uuidv4|now|htpasswd|bcrypt)\\b");
    try (var files = Files.list(Checkout.ROOT.resolve("charts/guildhall/templates"))) {
      for (var file : files.toList()) {
        var expressions =
            Pattern.compile("\\{\\{.*?}}", Pattern.DOTALL)
                .matcher(Files.readString(file))
                .results();
        assertThat(expressions.filter(e -> !e.group().contains("/*")).map(e -> e.group()))
            .as(file.toString())
            .noneMatch(e -> drifting.matcher(e).find());
      }
    }
  }

  @ParameterizedTest
  @FieldSource("VALUES")
  void everyObjectIsNamedLabelledAndUnique(String values) {
    var objects = Checkout.render(values);
    assertThat(objects.stream().map(Checkout::name)).doesNotHaveDuplicates();
    assertThat(objects)
        .allSatisfy(
            o -> {
              assertThat(o.at("/metadata/labels/app.kubernetes.io~1part-of").asText())
                  .as(Checkout.name(o))
                  .isEqualTo("guildhall");
              if (!o.path("kind").asText().startsWith("Cluster")) {
                assertThat(o.at("/metadata/namespace").asText())
                    .as(Checkout.name(o))
                    .isEqualTo(Chart.NAMESPACE);
              }
            });
  }

  @ParameterizedTest
  @FieldSource("VALUES")
  void everyContainerHasProbesBoundsAPinnedImageAndAReadOnlyRoot(String values) {
    assertThat(Checkout.workloads(Checkout.render(values)))
        .allSatisfy(
            w -> {
              for (var c : w.at("/spec/template/spec/containers")) {
                assertThat(c.path("image").asText()).matches(".+:.+").doesNotEndWith(":latest");
                assertThat(
                        c.path("startupProbe").isObject()
                            && c.path("livenessProbe").isObject()
                            && c.path("readinessProbe").isObject())
                    .isTrue();
                assertThat(
                        c.at("/resources/requests/cpu").isMissingNode()
                            || c.at("/resources/limits/memory").isMissingNode())
                    .isFalse();
                assertThat(c.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
              }
            });
  }

  @ParameterizedTest
  @FieldSource("VALUES")
  void selectorsFindThePodsTheyMean(String values) {
    var objects = Checkout.render(values);
    var pods =
        Checkout.workloads(objects).stream()
            .map(w -> w.at("/spec/template/metadata/labels"))
            .toList();
    assertThat(Checkout.workloads(objects))
        .allSatisfy(
            w ->
                assertThat(
                        matches(
                            w.at("/spec/selector/matchLabels"),
                            w.at("/spec/template/metadata/labels")))
                    .isTrue());
    assertThat(Checkout.ofKind(objects, "Service"))
        .allSatisfy(
            s ->
                assertThat(pods.stream().filter(p -> matches(s.at("/spec/selector"), p)))
                    .as(Checkout.name(s))
                    .hasSize(1));
    assertThat(Checkout.ofKind(objects, "PodDisruptionBudget"))
        .allSatisfy(
            b ->
                assertThat(
                        pods.stream().filter(p -> matches(b.at("/spec/selector/matchLabels"), p)))
                    .hasSize(1));
  }

  @ParameterizedTest
  @FieldSource("VALUES")
  void accountsAndMountedVolumesExist(String values) {
    var objects = Checkout.render(values);
    var accounts =
        Checkout.ofKind(objects, "ServiceAccount").stream()
            .map(a -> a.at("/metadata/name").asText())
            .toList();
    assertThat(accounts)
        .containsExactlyInAnyOrder(
            "guildhall-operator", "guildhall-gateway", "guildhall-ledger", "guildhall-finance");
    for (var workload : Checkout.workloads(objects)) {
      var pod = workload.at("/spec/template/spec");
      assertThat(accounts).contains(pod.path("serviceAccountName").asText());
      var volumes =
          StreamSupport.stream(pod.path("volumes").spliterator(), false)
              .map(v -> v.path("name").asText());
      var claims =
          StreamSupport.stream(workload.at("/spec/volumeClaimTemplates").spliterator(), false)
              .map(v -> v.at("/metadata/name").asText());
      var mounts =
          StreamSupport.stream(pod.at("/containers/0/volumeMounts").spliterator(), false)
              .map(m -> m.path("name").asText())
              .toList();
      assertThat(java.util.stream.Stream.concat(volumes, claims))
          .containsExactlyInAnyOrderElementsOf(mounts);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"operator", "gateway"})
  void ledgerCallersCarryATokenForTheLedgerOnly(String component) {
    var workload =
        Checkout.workloads(Checkout.render("default")).stream()
            .filter(w -> Checkout.name(w).endsWith("/guildhall-" + component))
            .findFirst()
            .orElseThrow();
    var token =
        workload.at("/spec/template/spec/volumes/0/projected/sources/0/serviceAccountToken");
    assertThat(token.path("audience").asText()).isEqualTo("guildhall-ledger");
    assertThat(token.path("expirationSeconds").asInt()).isBetween(600, 3600);
  }

  @ParameterizedTest
  @FieldSource("VALUES")
  void grantsNameWhatTheyGrant(String values) {
    var roles =
        Checkout.render(values).stream()
            .filter(o -> o.path("kind").asText().endsWith("Role"))
            .toList();
    assertThat(roles).hasSizeGreaterThanOrEqualTo(4);
    for (var role : roles) {
      if (!Checkout.name(role).equals("ClusterRole/guildhall-platform-admin")) {
        assertThat(role.path("rules").toString())
            .as(Checkout.name(role))
            .doesNotContain("\"*\"", "escalate", "impersonate", "\"bind\"");
      }
    }
    var gateway =
        Checkout.ofKind(roles, "Role").stream()
            .filter(r -> Checkout.name(r).endsWith("guildhall-gateway"))
            .findFirst()
            .orElseThrow();
    assertThat(gateway.path("rules")).hasSize(1);
    assertThat(gateway.at("/rules/0/resourceNames")).hasSize(1);
  }

  @Test
  void theApplicationVersionIsTheProjects() throws Exception {
    var pom = Files.readString(Checkout.ROOT.resolve("pom.xml"));
    var version = pom.substring(pom.indexOf("<version>") + 9, pom.indexOf("</version>"));
    for (var chart : List.of("guildhall", "guildhall-crds")) {
      var chartYaml =
          Chart.YAML.readTree(
              Checkout.ROOT.resolve("charts").resolve(chart).resolve("Chart.yaml").toFile());
      assertThat(chartYaml.path("appVersion").asText()).isEqualTo(version);
    }
  }

  @Test
  void resourceTypesStayWhenTheirChartIsUninstalled() {
    assertThat(Chart.of(Checkout.ROOT, "guildhall-crds").render())
        .allSatisfy(
            crd -> {
              assertThat(crd.path("kind").asText()).isEqualTo("CustomResourceDefinition");
              assertThat(crd.at("/metadata/annotations/helm.sh~1resource-policy").asText())
                  .as(Checkout.name(crd))
                  .isEqualTo("keep");
            });
  }

  private static boolean matches(JsonNode selector, JsonNode labels) {
    return !selector.isEmpty()
        && selector.properties().stream()
            .allMatch(e -> labels.path(e.getKey()).equals(e.getValue()));
  }
}
