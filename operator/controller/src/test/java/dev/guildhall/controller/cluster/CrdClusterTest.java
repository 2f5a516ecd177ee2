package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.devcluster.DevCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a real API server makes of the CRDs: it takes the good, refuses the bad with the words of
 * the rule, and explains every field.
 */
@Tag("cluster")
class CrdClusterTest {

  private static final Path ROOT = Path.of(System.getProperty("guildhall.root"));
  private static final Path RESOURCES = ROOT.resolve("operator/controller/src/test/resources");

  @TempDir static Path state;
  private static DevCluster cluster;

  @BeforeAll
  static void start() {
    cluster = DevCluster.controlPlane(state.resolve("c"));
    cluster.kubectl(
        "apply", "--server-side", "-f", ROOT.resolve("charts/guildhall-crds/templates").toString());
    cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  static Stream<Path> bad() throws IOException {
    try (var files = Files.list(RESOURCES.resolve("bad"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badInputIsRefusedWithTheWordsOfTheRule(Path file) throws IOException {
    var expected = Files.readAllLines(file).getFirst().replace("# refused: ", "");
    var result = cluster.kubectlCommand("apply", "--server-side", "-f", file.toString()).attempt();
    assertThat(result.ok()).isFalse();
    assertThat(result.err()).contains(expected);
  }

  @Test
  void quickstartIsTaken() throws IOException {
    cluster.apply(Samples.POOL);
    cluster.apply(Files.readString(ROOT.resolve("manifests/samples/quickstart.yaml")));
    assertThat(cluster.kubectl("get", "guildhall", "-A", "-o", "name"))
        .contains("small-v3", "acme", "standard", "local");
    assertThat(cluster.kubectl("-n", "quickstart", "get", "gmd").lines().findFirst().orElseThrow())
        .contains("NAME", "MODEL", "POOL", "GPUS", "GROUPS", "READY", "REASON", "AGE");
  }

  @Test
  void whoARoleBelongsToCannotChangeButItCanBeScaled() {
    var file = RESOURCES.resolve("transition/servingrole.yaml").toString();
    cluster.kubectl("apply", "--server-side", "-f", file);
    var refused =
        cluster
            .kubectlCommand(
                "patch",
                "servingrole",
                "fixed",
                "--type=merge",
                "-p",
                "{\"spec\":{\"role\":\"other\"}}")
            .attempt();
    assertThat(refused.err()).contains("spec.deployment and spec.role cannot change");
    cluster.kubectl("scale", "servingrole/fixed", "--replicas=3");
    assertThat(cluster.kubectl("get", "servingrole", "fixed", "-o", "jsonpath={.spec.groups}"))
        .isEqualTo("3");
  }

  @Test
  void placementChangesOnlyWithAHigherEpochAndNeverGoesBack() {
    cluster.kubectl(
        "apply",
        "--server-side",
        "-f",
        RESOURCES.resolve("transition/expertplacement.yaml").toString());
    assertThat(patch("{\"spec\":{\"layers\":[[1,0],[0,1]]}}").err())
        .contains("only together with a higher spec.epoch");
    assertThat(patch("{\"spec\":{\"epoch\":1}}").err()).contains("spec.epoch cannot go back");
    assertThat(patch("{\"spec\":{\"epoch\":3,\"layers\":[[1,0],[0,1]]}}").ok()).isTrue();
    assertThat(patch("{\"spec\":{\"weights\":[[1,3],[1,1]]}}").err())
        .contains("spec.weights may change only together with a higher spec.epoch");
    assertThat(patch("{\"spec\":{\"epoch\":4,\"weights\":[[1,3],[1,1]]}}").ok()).isTrue();
    assertThat(patch("{\"spec\":{\"weights\":null}}").err()).contains("higher spec.epoch");
  }

  private static dev.guildhall.devcluster.Command.Result patch(String merge) {
    return cluster
        .kubectlCommand("patch", "expertplacement", "map", "--type=merge", "-p", merge)
        .attempt();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpunodepool",
        "modeldeployment",
        "servingrole",
        "expertplacement",
        "tenant",
        "ratecard",
        "costreport"
      })
  void everyFieldIsExplained(String kind) {
    for (var part : List.of("", ".spec", ".status")) {
      var text = cluster.kubectl("explain", kind + part, "--recursive=false");
      assertThat(text).doesNotContain("<no description>").contains("DESCRIPTION");
    }
  }
}
