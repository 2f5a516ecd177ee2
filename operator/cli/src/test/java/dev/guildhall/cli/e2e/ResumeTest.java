package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
  private static final int TOKENS = 400;

  /** An answer may have ended when its rank is found out and killed. */
  private static final int MOST_KILLED = 6;

  private static final Pattern RUNNING =
      Pattern.compile("(?m)^guildhall_num_requests_running ([0-9.E]+)$");
  private static final Pattern RESUMED =
      Pattern.compile("(?m)^guildhall_gateway_resumed_total\\{[^}]*} ([0-9.E]+)$");

  private static void ready(String groups) {
    await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> Quickstart.isReady(groups));
  }

  private static List<Pod> ranks() {
    return Pod.list("quickstart", "app.kubernetes.io/component=rank");
  }

  /** A rank that answers right now. */
  private static Pod answering(List<Pod> ranks) {
    return await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> ranks.stream().filter(rank -> rank.sum(RUNNING) > 0).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** One of the same group. */
  private static Pod neighbour(Pod rank, List<Pod> ranks) {
    String group = rank.name().substring(0, rank.name().lastIndexOf('-') + 1);
    return ranks.stream()
        .filter(other -> other.name().startsWith(group) && !other.equals(rank))
        .findFirst()
        .orElseThrow();
  }

  private static void kill(Pod rank) {
    int before = rank.restarts();
    Processes.kill(rank.name());
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> rank.restarts() > before);
    ready("2/2");
  }

  /** Answers that went on on another rank, over all gateways. */
  private static double resumed() {
    return Pod.list("guildhall-system", "app.kubernetes.io/component=gateway").stream()
        .mapToDouble(gateway -> gateway.sum(RESUMED))
        .sum();
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
    List<Pod> ranks = ranks();
    double[] resumed = new double[3];
    Arrays.fill(resumed, resumed());
    int answered =
        Traffic.during(
            Traffic.prompts("resume"),
            TOKENS,
            () -> {
              for (int i = 0; i < MOST_KILLED && resumed[1] == resumed[0]; i++) {
                kill(answering(ranks));
                resumed[1] = resumed();
              }
              resumed[2] = resumed[1];
              for (int i = 0; i < MOST_KILLED && resumed[2] == resumed[1]; i++) {
                kill(neighbour(answering(ranks), ranks));
                resumed[2] = resumed();
              }
            });
    System.out.printf(
        "ranks killed: %d answers of %d tokens, none wrong or missing; %.0f times one went on whose rank died, %.0f times one whose group lost another%n",
        answered, TOKENS, resumed[1] - resumed[0], resumed[2] - resumed[1]);
    assertThat(answered)
        .as("right answers, those that went on among them")
        .isGreaterThanOrEqualTo((int) (resumed[2] - resumed[0]));
    assertThat(resumed[1] - resumed[0]).as("answers that lost their rank").isPositive();
    assertThat(resumed[2] - resumed[1]).as("answers that lost another rank").isPositive();
  }
}
