package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guildhall.cli.up.OtherModelImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** New versions tried on a share of real traffic: none of it fails, no answer changes. */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class CanaryTest {
  private static final String IMAGE = "guildhall.dev/models/small-v3:1";

  private static void set(String path, String json) {
    Quickstart.patch("[{\"op\":\"add\",\"path\":\"%s\",\"value\":%s}]".formatted(path, json));
  }

  private static String condition(String type, String field) {
    return Quickstart.get(
        Quickstart.DEPLOYMENT, "{.status.conditions[?(@.type=='%s')].%s}".formatted(type, field));
  }

  private static boolean weighs(String report, int percent) {
    return report.contains("\"weightPercent\":" + percent);
  }

  private static int canaryCalls() {
    String calls = Quickstart.get(Quickstart.DEPLOYMENT, "{.status.canaries[0].canary.calls}");
    return calls.isEmpty() ? 0 : Integer.parseInt(calls);
  }

  private static void eventually(Callable<Boolean> holds) {
    await().atMost(Duration.ofMinutes(6)).pollInterval(Duration.ofSeconds(2)).until(holds);
  }

  private static boolean onlyStable() {
    return condition("Ready", "status").equals("True")
        && Quickstart.get("statefulsets", "{.items[*].metadata.name}").equals("small-v3-unified-0");
  }

  @BeforeAll
  static void lookOften() {
    Quickstart.operator("GUILDHALL_SCALING_SECONDS", 5);
  }

  @AfterAll
  static void lookAsBefore() {
    Quickstart.operator("GUILDHALL_SCALING_SECONDS", 15);
  }

  /** Two groups on two cores are slow and unsteady: what is compared here is answers. */
  @BeforeEach
  void canaries() {
    set("/spec/roles/0/rollOut", "\"Canary\"");
    set(
        "/spec/roles/0/canary",
        "{\"weightPercents\":[30,60],\"stepSeconds\":10,\"minRequests\":10,\"latencyPercent\":1000,\"agreementPercent\":99}");
  }

  @AfterEach
  void asBefore() {
    Quickstart.patch(
        "[{\"op\":\"remove\",\"path\":\"/spec/roles/0/rollOut\"},{\"op\":\"remove\",\"path\":\"/spec/roles/0/canary\"},"
            + "{\"op\":\"replace\",\"path\":\"/spec/model/source/image\",\"value\":\"%s\"},"
                .formatted(IMAGE)
            + "{\"op\":\"replace\",\"path\":\"/spec/serving/maxBatchTokens\",\"value\":512}]");
    eventually(
        () ->
            onlyStable()
                && Quickstart.get(
                        "servingrole/small-v3-unified", "{.spec.template.serving.maxBatchTokens}")
                    .equals("512"));
  }

  @Test
  void aVersionThatAnswersAlikeIsPromotedThoughTheOperatorDies() throws Exception {
    List<String> seen;
    long begun = System.nanoTime();
    int answered;
    try (var reports = new Watch(Quickstart.DEPLOYMENT, "{.status.canaries[0]}")) {
      answered =
          Traffic.during(
              () -> {
                set("/spec/serving/maxBatchTokens", "256");
                eventually(() -> reports.seen().stream().anyMatch(r -> weighs(r, 30)));
                Processes.killAll("guildhall-system", "app.kubernetes.io/component=operator");
                eventually(
                    () -> onlyStable() && reports.seen().stream().anyMatch(r -> weighs(r, 60)));
              });
      seen = reports.seen();
    }
    System.out.printf(
        "%d answers, none wrong or missing, while a version was tried and promoted in %.0f s%n",
        answered, (System.nanoTime() - begun) / 1e9);
    assertThat(seen)
        .anyMatch(r -> weighs(r, 30) && r.contains("\"calls\":"))
        .anyMatch(r -> weighs(r, 60))
        .anyMatch(r -> r.contains("\"agreementPercent\":\"100.0\""))
        .noneMatch(r -> r.contains("\"failures\":1"));
    Quickstart.soon(
        () ->
            assertThat(Quickstart.get("events.events.k8s.io", "{.items[*].note}"))
                .contains("as the version in force in every step"));
    // A rank that is no longer needed may still be on its way out.
    Quickstart.soon(
        () ->
            assertThat(
                    Quickstart.get(
                        "pods",
                        "{.items[*].spec.containers[0].env[?(@.name=='GUILDHALL_MAX_BATCH_TOKENS')].value}"))
                .isEqualTo("256 256 256 256"));
  }

  @Test
  void aVersionThatAnswersOtherwiseGetsNoRequest(@TempDir Path folder) throws Exception {
    String other = OtherModelImage.deliver(folder);
    int answered =
        Traffic.during(
            () -> {
              set("/spec/model/source/image", "\"" + other + "\"");
              eventually(() -> condition("Stalled", "reason").equals("CanaryFailed"));
              // What it would have got by now if it were not for its failure.
              Thread.sleep(10_000);
            });
    assertThat(condition("Stalled", "message"))
        .contains("of the tokens that the version in force writes are its first choice");
    assertThat(Quickstart.get("statefulset/small-v3-unified-canary", "{.status.readyReplicas}"))
        .as("kept, to look at")
        .isEqualTo("4");
    assertThat(answered).isGreaterThan(10);
    System.out.printf("%d right answers; %s%n", answered, condition("Stalled", "message"));
  }

  @Test
  void aVersionThatIsSlowLosesItsRequests() throws Exception {
    set(
        "/spec/roles/0/canary",
        "{\"weightPercents\":[40],\"stepSeconds\":300,\"minRequests\":10,\"latencyPercent\":100,\"agreementPercent\":0}");
    long[] firstCall = new long[1];
    long[] shareGone = new long[1];
    int answered =
        Traffic.during(
            Traffic.prompts("slow"),
            () -> {
              // A step for each token of a prompt, and one request after the other.
              set("/spec/serving/maxBatchTokens", "1");
              eventually(
                  () -> {
                    if (firstCall[0] == 0 && canaryCalls() > 0) {
                      firstCall[0] = System.nanoTime();
                    }
                    return condition("Stalled", "reason").equals("CanaryFailed");
                  });
              shareGone[0] = System.nanoTime();
              Quickstart.soon(
                  () ->
                      assertThat(
                              Quickstart.get(
                                  "servingrole/small-v3-unified", "{.spec.canary.weightPercent}"))
                          .isEqualTo("0"));
            });
    assertThat(condition("Stalled", "message")).contains("ms on average, of the version in force");
    // It may have failed between two looks of this test at its calls.
    double seconds = firstCall[0] == 0 ? 0 : (shareGone[0] - firstCall[0]) / 1e9;
    assertThat(seconds).as("from its first calls to the end of its share").isLessThan(60);
    System.out.printf(
        "%d right answers; share gone %.0f s after its first calls were seen; %s%n",
        answered, seconds, condition("Stalled", "message"));
  }
}
