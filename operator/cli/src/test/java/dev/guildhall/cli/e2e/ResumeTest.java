package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Ranks die in the middle of long answers while another group serves: it goes on with each of them,
 * so that no request fails and no answer is another one.
 */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class ResumeTest {
  private static final int TOKENS = 200;

  /** Of one group after the other: while one comes back, the other one answers. */
  private static final List<String> RANKS =
      List.of(
          "small-v3-unified-0-2",
          "small-v3-unified-1-0",
          "small-v3-unified-0-1",
          "small-v3-unified-1-3",
          "small-v3-unified-0-0",
          "small-v3-unified-1-2");

  private static final Pattern RESUMED =
      Pattern.compile("(?m)^guildhall_gateway_resumed_total\\{[^}]*} ([0-9.E]+)$");

  private static void ready(String groups) {
    await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> Quickstart.isReady(groups));
  }

  private static void kill(String rank) {
    Processes.kill(rank);
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> !Quickstart.isReady("2/2"));
    ready("2/2");
  }

  /** Answers that went on on another rank, over all gateways. */
  private static double resumed() {
    String gateways =
        Shell.kubectl(
                "-n",
                "guildhall-system",
                "get",
                "pods",
                "-l",
                "app.kubernetes.io/component=gateway",
                "-o",
                "jsonpath={.items[*].metadata.name}")
            .orFail()
            .strip();
    double sum = 0;
    for (String gateway : gateways.split(" ")) {
      var page =
          RESUMED.matcher(
              Shell.kubectl(
                      "get",
                      "--raw",
                      "/api/v1/namespaces/guildhall-system/pods/%s:9090/proxy/metrics"
                          .formatted(gateway))
                  .orFail());
      while (page.find()) {
        sum += Double.parseDouble(page.group(1));
      }
    }
    return sum;
  }

  @AfterEach
  void asBefore() {
    Quickstart.scale(1);
    ready("1/1");
  }

  @Test
  void answersGoOnInAnotherGroup() throws Exception {
    Quickstart.scale(2);
    ready("2/2");
    double before = resumed();
    int answered =
        Traffic.during(
            Traffic.prompts("resume"),
            TOKENS,
            () -> {
              for (int i = 0; i < 2 || (i < RANKS.size() && resumed() == before); i++) {
                kill(RANKS.get(i));
              }
            });
    double resumed = resumed() - before;
    System.out.printf(
        "ranks killed: %d answers of %d tokens, none wrong or missing, %.0f times one went on%n",
        answered, TOKENS, resumed);
    assertThat(answered).isGreaterThan(20);
    assertThat(resumed).as("answers that lost their rank").isPositive();
  }
}
