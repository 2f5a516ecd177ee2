package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the README promises to a kubectl user, on the real cluster with the real engine. */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class QuickstartTest {
  private static final String SAMPLE = "manifests/samples/quickstart.yaml";
  private final Gateway gateway = new Gateway();

  @Test
  @DisplayName("the deployment is Ready and its columns say so")
  void deploymentIsListed() {
    Shell.kubectl(
            "-n",
            "quickstart",
            "wait",
            "--for=condition=Ready",
            "modeldeployment/small-v3",
            "--timeout=120s")
        .orFail();
    assertThat(Shell.kubectl("-n", "quickstart", "get", "modeldeployments").orFail())
        .contains("NAME", "READY", "small-v3", "True");
    assertThat(Shell.guildhall(Duration.ofMinutes(1), "kubectl", "get", "guildhall", "-A").orFail())
        .contains("small-v3");
  }

  @Test
  @DisplayName("four real rank pods run, one GPU each")
  void ranksRun() {
    String pods =
        Shell.kubectl(
                "-n",
                "quickstart",
                "get",
                "pods",
                "-l",
                "guildhall.dev/deployment=small-v3",
                "-o",
                "jsonpath={range .items[?(@.status.phase==\"Running\")]}"
                    + "{.spec.containers[0].resources.limits.nvidia\\.com/gpu}{\"\\n\"}{end}")
            .orFail();
    assertThat(pods.strip().lines()).hasSize(4).allMatch("1"::equals);
  }

  @Test
  @DisplayName("ranks started with the classes that their image brings loaded")
  void ranksUseTheirArchive() {
    assertThat(List.of(Quickstart.ranks("{.items[*].metadata.name}").split(" ")))
        .hasSize(4)
        .allMatch(rank -> Processes.has(rank, "/app/classes.aot"));
  }

  @Test
  @DisplayName("kubectl explain describes every field of the spec")
  void explain() {
    assertThat(Shell.kubectl("explain", "modeldeployment.spec", "--recursive=false").orFail())
        .contains("roles", "pool", "model", "DESCRIPTION")
        .doesNotContain("<no description>");
  }

  @Test
  @DisplayName("applying the unchanged sample again changes nothing")
  void applyIsIdempotent() {
    assertThat(Shell.kubectl("apply", "-f", SAMPLE).orFail().lines())
        .filteredOn(line -> line.contains("/"))
        .allMatch(line -> line.endsWith("unchanged"), "unchanged");
    assertThat(Shell.kubectl("diff", "-f", SAMPLE).code()).isZero();
  }

  @Test
  @DisplayName("greedy tokens over four ranks are those of the reference")
  void greedyTextEqualsReference() throws Exception {
    var expected =
        new ObjectMapper()
            .readTree(dev.guildhall.cli.Checkout.sampleModel().resolve("expected.json").toFile())
            .at("/greedy/1");
    var answer = gateway.complete(expected.get("prompt").asText(), 24);
    String text = answer.at("/choices/0/text").asText();
    assertThat(text).isNotEmpty();
    assertThat(expected.get("text").asText()).startsWith(text);
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(24);
  }

  @Test
  @DisplayName("guildhall cost adds up to the pool's bill, to the last cent")
  void costAddsUp() throws Exception {
    gateway.complete("The state of the union is", 8);
    var cost =
        new ObjectMapper()
            .readTree(
                Shell.guildhall(Duration.ofMinutes(2), "cost", "-o", "json", "--by", "tenant,model")
                    .orFail());
    var sum = java.math.BigDecimal.ZERO;
    for (var row : cost.get("rows")) {
      sum = sum.add(new java.math.BigDecimal(row.get("cost").asText()));
    }
    assertThat(sum).isEqualByComparingTo(cost.at("/bill").asText());
    assertThat(cost.get("rows").toString()).contains("acme", "small-v3", "idle");
  }

  @Test
  @DisplayName("kubectl scale servingrole adds a whole group and takes it away again")
  void scale() {
    String role = "servingrole/small-v3-unified";
    Shell.kubectl("-n", "quickstart", "scale", role, "--replicas=2").orFail();
    Shell.kubectl(
            "-n",
            "quickstart",
            "wait",
            "--for=jsonpath={.status.readyGroups}=2",
            role,
            "--timeout=180s")
        .orFail();
    Quickstart.soon(() -> assertThat(readyPods()).isEqualTo(8));
    Shell.kubectl("-n", "quickstart", "scale", role, "--replicas=1").orFail();
    Shell.kubectl(
            "-n",
            "quickstart",
            "wait",
            "--for=delete",
            "pod/small-v3-unified-1-0",
            "--timeout=180s")
        .orFail();
    Quickstart.soon(() -> assertThat(readyPods()).isEqualTo(4));
  }

  @Test
  @DisplayName("up again gives a role that was scaled to no group a group, and gets an answer")
  void upAfterScalingToNoGroup() {
    Quickstart.scale(0);
    Shell.kubectl(
            "-n",
            "quickstart",
            "wait",
            "--for=delete",
            "pod/small-v3-unified-0-0",
            "--timeout=180s")
        .orFail();

    assertThat(Shell.guildhall(Duration.ofMinutes(15), "up").orFail())
        .contains("Charged to tenant acme:");
    Quickstart.soon(() -> assertThat(readyPods()).isEqualTo(4));
  }

  private long readyPods() {
    return Shell.kubectl(
            "-n",
            "quickstart",
            "get",
            "pods",
            "-l",
            "guildhall.dev/deployment=small-v3",
            "-o",
            "jsonpath={range .items[*]}{.status.conditions[?(@.type==\"Ready\")].status}"
                + "{\"\\n\"}{end}")
        .orFail()
        .lines()
        .filter("True"::equals)
        .count();
  }
}
