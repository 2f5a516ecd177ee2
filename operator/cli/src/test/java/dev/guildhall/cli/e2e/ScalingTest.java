package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The operator scales a role by what ranks and gateway say: to no group while nobody asks, back
 * when a request waits, and within the bounds that the deployment sets.
 */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class ScalingTest {
  private static final String DEPLOYMENT = "modeldeployment/small-v3";
  private static final String ROLE = "servingrole/small-v3-unified";
  private static final String PROMPT = "def main():";
  private static final int CLIENTS = 16;
  private static final int TOKENS = 64;

  private final Gateway gateway = new Gateway(Gateway.KEY, Duration.ofMinutes(4));

  private static String get(String what, String path) {
    return Shell.kubectl("-n", "quickstart", "get", what, "-o", "jsonpath=" + path)
        .orFail()
        .strip();
  }

  private static void patch(String what, String json) {
    Shell.kubectl("-n", "quickstart", "patch", what, "--type=merge", "-p", json).orFail();
  }

  private static void everySeconds(int seconds) {
    Shell.kubectl(
            "-n",
            "guildhall-system",
            "set",
            "env",
            "deployment/guildhall-operator",
            "GUILDHALL_SCALING_SECONDS=" + seconds)
        .orFail();
    Shell.kubectl("-n", "guildhall-system", "rollout", "status", "deployment/guildhall-operator")
        .orFail();
  }

  /** Role 0 of the deployment with these bounds, owned by the operator; promises that hold. */
  private static void bounds(int least, int most) {
    bounds(least, most, 10_000);
  }

  private static void bounds(int least, int most, long tokenMillis) {
    String role = get(DEPLOYMENT, "{.spec.roles[0]}");
    String without = role.replaceAll(",?\"scaling\":\\{[^}]*\\}", "");
    patch(
        DEPLOYMENT,
        ("{\"spec\":{\"slo\":{\"firstTokenMillis\":60000,\"tokenMillis\":%d,\"percentile\":90},\"roles\":[%s,"
                + "\"scaling\":{\"owner\":\"Operator\",\"minGroups\":%d,\"maxGroups\":%d,\"sleepAfterSeconds\":30}}]}}")
            .formatted(tokenMillis, without.substring(0, without.length() - 1), least, most));
  }

  @BeforeEach
  void lookOften() {
    everySeconds(5);
  }

  @AfterEach
  void asBefore() {
    String role = get(DEPLOYMENT, "{.spec.roles[0]}");
    patch(
        DEPLOYMENT,
        "{\"spec\":{\"slo\":null,\"roles\":[%s]}}"
            .formatted(role.replaceAll(",?\"scaling\":\\{[^}]*\\}", "")));
    Shell.kubectl("-n", "quickstart", "scale", ROLE, "--replicas=1").orFail();
    everySeconds(15);
    Shell.kubectl("-n", "quickstart", "wait", DEPLOYMENT, "--for=condition=Ready", "--timeout=180s")
        .orFail();
  }

  private static void groups(int wanted) {
    await()
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () -> assertThat(get(ROLE, "{.spec.groups}")).isEqualTo(String.valueOf(wanted)));
  }

  private static String chosen() {
    return get(DEPLOYMENT, "{.status.scaling.chosen[*]}");
  }

  private String answer() throws Exception {
    return gateway.complete(PROMPT, 8).at("/choices/0/text").asText();
  }

  @Test
  void aRoleSleepsWakesForARequestAndKeepsItsBounds() throws Exception {
    String expected = answer();
    bounds(0, 2);
    groups(0);
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(get("pods", "{.items[*].metadata.name}"))
                    .doesNotContain("small-v3-unified"));
    assertThat(chosen()).contains("let unified sleep", "-8.00 USD", "no request for 30 s");

    long asked = System.nanoTime();
    assertThat(answer()).as("the request waited and was answered").isEqualTo(expected);
    double seconds = (System.nanoTime() - asked) / 1e9;
    assertThat(chosen()).contains("wake unified with 1 group(s)", "requests wait");
    assertThat(get("events.events.k8s.io", "{.items[*].note}"))
        .contains("wake unified with 1 group(s) (8.00 USD per hour)");

    bounds(2, 2);
    groups(2);
    bounds(1, 1);
    groups(1);
    assertThat(chosen()).contains("remove 1 group(s) from unified", "above its maximum of 1");
    assertThat(answer()).isEqualTo(expected);
    System.out.printf("answered %.1f s after a request found no group%n", seconds);
  }

  /** Milliseconds per token of an answer while nothing else runs, the prompt's included. */
  private long idleTokenMillis() throws Exception {
    answer();
    long begun = System.nanoTime();
    gateway.complete(PROMPT, TOKENS);
    return Math.max(1, (System.nanoTime() - begun) / 1_000_000 / TOKENS);
  }

  @Test
  void answersThatGetSlowBringAGroupAndQuietTakesItAway() throws Exception {
    long promised = 2 * idleTokenMillis();
    bounds(1, 2, promised);
    AtomicBoolean stop = new AtomicBoolean();
    List<Future<?>> traffic = new ArrayList<>();
    String why;
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        // Alone at first, so that the operator sees how fast an answer can be.
        traffic.add(clients.submit(() -> ask(stop)));
        Thread.sleep(20_000);
        for (int i = 1; i < CLIENTS; i++) {
          traffic.add(clients.submit(() -> ask(stop)));
        }
        groups(2);
        why = chosen();
      } finally {
        stop.set(true);
      }
      for (Future<?> each : traffic) {
        each.get(4, TimeUnit.MINUTES);
      }
    }
    assertThat(why).contains("add 1 group(s) to unified", "time per output token asks for");
    groups(1);
    assertThat(chosen()).contains("remove 1 group(s) from unified", "60 s needed at most 1");
    System.out.printf("promised %d ms per token: %s%n", promised, why);
  }

  private Void ask(AtomicBoolean stop) throws Exception {
    while (!stop.get()) {
      gateway.complete(PROMPT, TOKENS);
    }
    return null;
  }
}
