package dev.guildhall.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.devcluster.Command;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kustomize overlays and the style of every YAML file, checked with the real tools. */
@Tag("cluster")
class ManifestsClusterTest {

  @ParameterizedTest
  @ValueSource(strings = {"dev", "ha"})
  void overlaysBuildAndTheirPodsAreRestricted(String overlay) {
    var objects = build("manifests/overlays/" + overlay);
    assertThat(Checkout.ofKind(objects, "CustomResourceDefinition")).hasSize(7);
    assertThat(Checkout.workloads(objects))
        .hasSize(3)
        .allSatisfy(w -> assertThat(PodSecurity.violations(w.at("/spec/template/spec"))).isEmpty());
  }

  @Test
  void theHaOverlayKeepsItsBooksInPostgresql() {
    var ledger = Checkout.ofKind(build("manifests/overlays/ha"), "StatefulSet").getFirst();
    assertThat(ledger.at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(ledger.at("/spec/volumeClaimTemplates").isMissingNode()).isTrue();
    assertThat(ledger.toString()).contains("guildhall-database").doesNotContain("LEDGER_DATA");
  }

  @Test
  void theDevOverlayNamesTheVolumeClass() {
    var ledger = Checkout.ofKind(build("manifests/overlays/dev"), "StatefulSet").getFirst();
    assertThat(ledger.at("/spec/volumeClaimTemplates/0/spec/storageClassName").asText())
        .isEqualTo("guildhall-local");
  }

  @Test
  void argoHealthChecksBuild() {
    assertThat(build("manifests/gitops/argocd").getFirst().path("data").size()).isEqualTo(7);
  }

  @Test
  void yamllintFindsNothing() {
    assertThat(Command.of("yamllint", "--strict", ".").in(Checkout.ROOT).run()).isEmpty();
  }

  private static List<JsonNode> build(String folder) {
    return Chart.parse(
        ControlPlane.shared().kubectl("kustomize", Checkout.ROOT.resolve(folder).toString()));
  }
}
