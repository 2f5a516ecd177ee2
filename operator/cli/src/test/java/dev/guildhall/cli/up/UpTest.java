package dev.guildhall.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.devcluster.Progress;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpTest {

  private static final Path OWN = Path.of("/var/lib/guildhall/etc/admin.kubeconfig");

  @Test
  void kubeconfigOfTheOwnClusterCountsAsNoneGiven() {
    assertThat(State.given(OWN.toString(), OWN)).isEmpty();
    assertThat(State.given(null, OWN)).isEmpty();
    assertThat(State.given("", OWN)).isEmpty();
    assertThat(State.given("/home/me/config", OWN)).contains(Path.of("/home/me/config"));
  }

  @Test
  void aStalledDeploymentSaysWhatStallsIt() {
    Conditions conditions =
        Conditions.of(
            resource(
                """
                status:
                  observedGeneration: 2
                  conditions:
                    - {type: Ready, status: "False", reason: Pending, message: waiting}
                    - {type: Stalled, status: "True", reason: NoPool, message: pool x is not there}
                """));

    assertThat(conditions.ready()).isFalse();
    assertThat(conditions.summary()).isEqualTo("Stalled=True NoPool: pool x is not there");
  }

  @Test
  void readyOfAnOlderGenerationIsNotReady() {
    String ready =
        """
        status:
          observedGeneration: %d
          conditions: [{type: Ready, status: "True", reason: Serving, message: ""}]
        """;

    assertThat(Conditions.of(resource(ready.formatted(1))).ready()).isFalse();
    assertThat(Conditions.of(resource(ready.formatted(2))).ready()).isTrue();
    assertThat(Conditions.of(null).summary()).contains("no status yet");
  }

  @Test
  void aDeploymentThatIsReadyWithoutAGroupDoesNotServe() {
    assertThat(Quickstart.serves(resource("status: {readyGroups: 0/0}"))).isFalse();
    assertThat(Quickstart.serves(resource("status: {readyGroups: 1/2}"))).isTrue();
    assertThat(Quickstart.serves(resource("status: {}"))).isFalse();
  }

  @Test
  void timesAddUp() {
    String table =
        Report.times(
            List.of(
                new Progress.Timing("images", Duration.ofSeconds(90)),
                new Progress.Timing("charts", Duration.ofMillis(1500))));

    assertThat(table).contains("1 min 30 s").contains("1.5 s").contains("1 min 31 s");
  }

  private static GenericKubernetesResource resource(String rest) {
    return Serialization.unmarshal(
        "apiVersion: guildhall.dev/v1alpha1\nkind: ModelDeployment\nmetadata: {name: m, generation: 2}\n"
            + rest,
        GenericKubernetesResource.class);
  }
}
