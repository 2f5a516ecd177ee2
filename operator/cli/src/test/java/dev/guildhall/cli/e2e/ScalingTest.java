package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
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
  private static final int CROWD = 16;
  private static final int TOKENS = 48;

  /** Some of the operator's windows. */
  private static final long SEEN_MILLIS = 25_000;

  /**
   * The least that is promised: where it is, one client gets its tokens faster, a crowd does not.
   */
  private static final int TOKEN_MILLIS = 20;

  /** So many in a row are no chance. */
  private static final int ANSWERS = 10;

  private final Gateway gateway = new Gateway(Gateway.KEY, Duration.ofMinutes(4));

  private static void patch(String what, String json) {
    Shell.kubectl("-n", "quickstart", "patch", what, "--type=merge", "-p", json).orFail();
  }

  /** Role 0 of the deployment with these bounds, owned by the operator, and what is promised. */
  private static void scaled(int least, int most, int tokenMillis) {
    String role = Quickstart.get(DEPLOYMENT, "{.spec.roles[0]}");
    String without = role.replaceAll(",?\"scaling\":\\{[^}]*\\}", "");
    patch(
        DEPLOYMENT,
        ("{\"spec\":{\"slo\":{\"firstTokenMillis\":60000,\"tokenMillis\":%d,\"percentile\":90},\"roles\":[%s,"
                + "\"scaling\":{\"owner\":\"Operator\",\"minGroups\":%d,\"maxGroups\":%d,\"sleepAfterSeconds\":30}}]}}")
            .formatted(tokenMillis, without.substring(0, without.length() - 1), least, most));
  }

  @BeforeEach
  void lookOften() {
    Quickstart.operator("GUILDHALL_SCALING_SECONDS", 5);
  }

  @AfterEach
  void asBefore() {
    String role = Quickstart.get(DEPLOYMENT, "{.spec.roles[0]}");
    patch(
        DEPLOYMENT,
        "{\"spec\":{\"slo\":null,\"roles\":[%s]}}"
            .formatted(role.replaceAll(",?\"scaling\":\\{[^}]*\\}", "")));
    Shell.kubectl("-n", "quickstart", "scale", ROLE, "--replicas=1").orFail();
    Quickstart.operator("GUILDHALL_SCALING_SECONDS", 15);
    Shell.kubectl("-n", "quickstart", "wait", DEPLOYMENT, "--for=condition=Ready", "--timeout=180s")
        .orFail();
  }

  private static void groups(int wanted) {
    await()
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertThat(Quickstart.get(ROLE, "{.spec.groups}"))
                    .as(() -> Quickstart.operatorMetrics("guildhall_role_groups_needed"))
                    .isEqualTo(String.valueOf(wanted)));
  }

  private static String chosen() {
    return Quickstart.get(DEPLOYMENT, "{.status.scaling.chosen[*]}");
  }

  private String answer() throws Exception {
    return gateway.complete(PROMPT, 8).at("/choices/0/text").asText();
  }

  /** Of an answer, from its request on. */
  private double tokenMillis() throws Exception {
    long begun = System.nanoTime();
    gateway.complete(PROMPT, TOKENS);
    return (System.nanoTime() - begun) / 1e6 / TOKENS;
  }

  /** Slowest of some answers in a row to one client. */
  private double slowest() throws Exception {
    double slowest = 0;
    for (int i = 0; i < ANSWERS; i++) {
      slowest = Math.max(slowest, tokenMillis());
    }
    return slowest;
  }

  /**
   * What one client is given with some room, on a machine of whatever speed. Ranks that have just
   * started are slow, then fast now and then: it is looked until it gets no better.
   */
  private int promisable() throws Exception {
    double before = slowest();
    double now = slowest();
    while (now < 0.8 * before) {
      before = now;
      now = slowest();
    }
    return Math.max(TOKEN_MILLIS, (int) Math.ceil(1.25 * Math.max(before, now)));
  }

  @Test
  void aRoleSleepsWakesForARequestFollowsLoadAndKeepsItsBounds() throws Exception {
    String expected = answer();
    scaled(0, 2, 10_000);
    groups(0);
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(Quickstart.get("pods", "{.items[*].metadata.name}"))
                    .doesNotContain("small-v3-unified"));
    Quickstart.soon(
        () ->
            assertThat(chosen()).contains("let unified sleep", "-8.00 USD", "no request for 30 s"));

    long asked = System.nanoTime();
    assertThat(answer()).as("the request waited and was answered").isEqualTo(expected);
    double seconds = (System.nanoTime() - asked) / 1e9;
    Quickstart.soon(
        () -> assertThat(chosen()).contains("wake unified with 1 group(s)", "requests wait"));
    assertThat(Quickstart.get("events.events.k8s.io", "{.items[*].note}"))
        .contains("wake unified with 1 group(s) (8.00 USD per hour)");

    scaled(1, 2, 10_000);
    int tokenMillis = promisable();
    scaled(1, 2, tokenMillis);
    Traffic.during(1, TOKENS, () -> Thread.sleep(SEEN_MILLIS));
    assertThat(Quickstart.get(ROLE, "{.spec.groups}"))
        .as("one client needs no more")
        .isEqualTo("1");
    int loaded =
        Traffic.during(
            CROWD,
            TOKENS,
            () -> {
              groups(2);
              Quickstart.soon(
                  () ->
                      assertThat(chosen())
                          .contains("add 1 group(s) to unified", "time per output token"));
              await().atMost(Duration.ofMinutes(4)).until(() -> Quickstart.isReady("2/2"));
            });
    int calm =
        Traffic.during(
            1,
            TOKENS,
            () -> {
              groups(1);
              Quickstart.soon(
                  () -> assertThat(chosen()).contains("remove 1 group(s) from unified"));
              await().atMost(Duration.ofMinutes(4)).until(() -> Quickstart.isReady("1/1"));
            });
    scaled(2, 2, 10_000);
    groups(2);
    scaled(1, 1, 10_000);
    groups(1);
    Quickstart.soon(
        () ->
            assertThat(chosen())
                .contains("remove 1 group(s) from unified", "above its maximum of 1"));
    assertThat(answer()).isEqualTo(expected);
    System.out.printf(
        "%d right answers while a crowd's load added a group, %d while calm took it away%n",
        loaded, calm);
    System.out.printf(
        "answered %.1f s after a request found no group; %d ms a token were promised%n",
        seconds, tokenMillis);
  }
}
