package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guildhall.cli.up.TwoModelsImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Ranks that run take up other weights under traffic: no request fails, no container starts. */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class InPlaceWeightsTest {
  private static final String IMAGE = "guildhall.dev/models/small-v3:1";

  private static void eventually(Callable<Boolean> holds) {
    await().atMost(Duration.ofMinutes(6)).pollInterval(Duration.ofSeconds(2)).until(holds);
  }

  /** The folder that each rank was given. */
  private static String given() {
    return Quickstart.ranks(
        "{range .items[*]}{.metadata.annotations['guildhall\\.dev/model-path']} {end}");
  }

  private static String processes() {
    return Quickstart.ranks(
        "{range .items[*]}{.metadata.uid}/{.status.containerStatuses[0].restartCount} {end}");
  }

  private static void source(String image, String more) {
    Quickstart.patch(
        "[{\"op\":\"replace\",\"path\":\"/spec/model/source\",\"value\":{\"image\":\"%s\"%s}}]"
            .formatted(image, more));
  }

  private static String path(String folder) {
    return ",\"path\":\"%s\"".formatted(folder);
  }

  @AfterEach
  void asBefore() {
    if (Quickstart.get(Quickstart.DEPLOYMENT, "{.spec.roles[0].rollOut}").isEmpty()) {
      return;
    }
    Quickstart.scale(1);
    Quickstart.patch("[{\"op\":\"remove\",\"path\":\"/spec/roles/0/rollOut\"}]");
    source(IMAGE, "");
    eventually(
        () -> Quickstart.isReady("1/1") && given().isBlank() && processes().split(" ").length == 4);
  }

  @Test
  void otherWeightsComeIntoRanksThatRun(@TempDir Path folder) throws Exception {
    String image = TwoModelsImage.deliver(folder);
    source(image, path("one"));
    Quickstart.patch(
        "[{\"op\":\"add\",\"path\":\"/spec/roles/0/rollOut\",\"value\":\"InPlaceWeights\"}]");
    Quickstart.scale(2);
    String one = "one ".repeat(8).strip();
    eventually(() -> Quickstart.isReady("2/2") && given().equals(one));
    String before = processes();
    long begun = System.nanoTime();
    int answered =
        Traffic.during(
            () -> {
              source(image, path("two"));
              eventually(
                  () -> Quickstart.isReady("2/2") && given().equals(one.replace("one", "two")));
            });
    System.out.printf(
        "%d answers, none wrong or missing, while eight ranks took up other weights in %.0f s%n",
        answered, (System.nanoTime() - begun) / 1e9);
    assertThat(processes()).as("pods and their starts").isEqualTo(before);
    assertThat(
            Shell.kubectl("-n", "quickstart", "logs", "small-v3-unified-1-3", "-c", "rank")
                .orFail())
        .contains("\"event\":\"model changed\"", "/model/two");
    assertThat(answered).isGreaterThan(10);
  }
}
