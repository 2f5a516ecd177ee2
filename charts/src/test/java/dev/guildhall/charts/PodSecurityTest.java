package dev.guildhall.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class PodSecurityTest {
  static final java.util.List<String> VALUES = Checkout.VALUES;

  private static final String GOOD =
      """
      {"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}}, "volumes": [{"name": "v", "emptyDir": {}}],
       "containers": [{"name": "c", "ports": [{"containerPort": 1}], "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}]}
      """;

  @ParameterizedTest
  @FieldSource("VALUES")
  void everyRenderedPodIsRestricted(String values) {
    var workloads = Checkout.workloads(Checkout.render(values));
    assertThat(workloads).hasSize(3);
    assertThat(workloads)
        .allSatisfy(
            w ->
                assertThat(PodSecurity.violations(w.at("/spec/template/spec")))
                    .as(Checkout.name(w))
                    .isEmpty());
  }

  @Test
  void aRestrictedPodPasses() throws Exception {
    assertThat(PodSecurity.violations(pod(GOOD))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "runAsNonRoot": true   | "runAsNonRoot": false       | containers[c].runAsNonRoot
          "runAsNonRoot": true   | "runAsNonRoot": true, "runAsUser": 0 | containers[c].runAsUser
          "RuntimeDefault"       | "Unconfined"                | containers[c].seccompProfile
          "emptyDir"             | "hostPath"                  | volumes[v].hostPath
          "containerPort": 1     | "hostPort": 1               | containers[c].hostPort
          "allowPrivilegeEscalation": false | "allowPrivilegeEscalation": true | containers[c].allowPrivilegeEscalation
          "allowPrivilegeEscalation": false | "allowPrivilegeEscalation": false, "privileged": true | containers[c].privileged
          ["ALL"]                | ["NET_RAW"]                 | containers[c].capabilities.drop
          {"drop": ["ALL"]}      | {"drop": ["ALL"], "add": ["SYS_ADMIN"]} | containers[c].capabilities.add SYS_ADMIN
          "volumes"              | "hostNetwork": true, "volumes" | hostNetwork
          """)
  void aRuleThatIsBrokenIsNamed(String good, String bad, String violation) throws Exception {
    assertThat(GOOD).contains(good);
    assertThat(PodSecurity.violations(pod(GOOD.replace(good, bad)))).containsExactly(violation);
  }

  private static JsonNode pod(String json) throws Exception {
    return Chart.YAML.readTree(json);
  }
}
