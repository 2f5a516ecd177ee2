package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The only group of a role is replaced under traffic: no request fails, no answer changes. */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class RollOutTest {

  private static void batchTokens(int most) {
    Quickstart.patch(
        "[{\"op\":\"replace\",\"path\":\"/spec/serving/maxBatchTokens\",\"value\":%d}]"
            .formatted(most));
  }

  /** One group, all of its pods made anew. */
  private static boolean replaced(String before) {
    String ranks = Quickstart.ranks("{.items[*].metadata.uid}");
    return ranks.split(" ").length == 4
        && List.of(ranks.split(" ")).stream().noneMatch(before::contains)
        && Quickstart.isReady("1/1");
  }

  private static String ranks() {
    return Quickstart.get("pods", "{.items[*].metadata.uid}");
  }

  private static void awaitReplaced(String before) {
    await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> replaced(before));
  }

  @AfterEach
  void asBefore() {
    String before = ranks();
    Quickstart.patch("[{\"op\":\"remove\",\"path\":\"/spec/roles/0/rollOut\"}]");
    batchTokens(512);
    awaitReplaced(before);
  }

  @Test
  void aSurgeIsNotNoticed() throws Exception {
    Quickstart.patch("[{\"op\":\"add\",\"path\":\"/spec/roles/0/rollOut\",\"value\":\"Surge\"}]");
    String before = ranks();
    long begun = System.nanoTime();
    int answered =
        Traffic.during(
            () -> {
              batchTokens(256);
              awaitReplaced(before);
            });
    System.out.printf(
        "%d answers, none wrong or missing, while the group was replaced in %.0f s%n",
        answered, (System.nanoTime() - begun) / 1e9);
    assertThat(answered).isGreaterThan(10);
  }
}
