package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kills each process under a client's constant traffic: everything comes back by itself, nothing
 * hangs, no ledger row is lost or doubled.
 */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class FaultTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Gateway gateway = new Gateway();

  @ParameterizedTest(name = "kill {0}")
  @CsvSource({
    "operator, guildhall-system, app.kubernetes.io/component=operator",
    "gateway, guildhall-system, app.kubernetes.io/component=gateway",
    "ledger, guildhall-system, app.kubernetes.io/component=ledger",
    "rank 2, quickstart, 'guildhall.dev/deployment=small-v3,apps.kubernetes.io/pod-index=2'",
    "rank 0, quickstart, 'guildhall.dev/deployment=small-v3,apps.kubernetes.io/pod-index=0'"
  })
  void recovers(String what, String namespace, String selector) throws Exception {
    awaitAnswer();
    long before = recordedTokens();
    AtomicInteger answeredTokens = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    try (var client = Executors.newSingleThreadExecutor()) {
      var traffic =
          client.submit(
              () -> {
                while (!stop.get()) {
                  answeredTokens.addAndGet(tokensOfOneRequest());
                }
              });
      Shell.kubectl("-n", namespace, "delete", "pod", "-l", selector, "--grace-period=0", "--force")
          .orFail();
      awaitAnswer();
      stop.set(true);
      // Each request has its own bound of 60 s: a hung one would show here.
      traffic.get(90, TimeUnit.SECONDS);
    }
    Shell.kubectl(
            "-n",
            "quickstart",
            "wait",
            "--for=condition=Ready",
            "modeldeployment/small-v3",
            "--timeout=120s")
        .orFail();
    int sentAfter = tokensOfOneRequest();
    assertThat(sentAfter).as("after the fault the gateway answers").isPositive();
    // Failed requests may have been charged for the tokens they did produce, so the ledger may hold
    // more than was answered in
    // full, never less; and it settles: the spool drains and the count then stands still.
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertThat(recordedTokens() - before)
                    .isGreaterThanOrEqualTo(answeredTokens.get() + sentAfter));
    long settled = recordedTokens();
    Thread.sleep(3_000);
    assertThat(recordedTokens()).isEqualTo(settled);
  }

  /**
   * Completion tokens of one request, or 0 if it ended with an error: an error is allowed while a
   * part is down, a hang is not.
   */
  private int tokensOfOneRequest() {
    try {
      return gateway.complete("def main():", 8).at("/usage/completion_tokens").asInt();
    } catch (java.net.http.HttpTimeoutException hang) {
      throw new AssertionError("a request hung", hang);
    } catch (java.io.IOException error) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private void awaitAnswer() {
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> tokensOfOneRequest() > 0);
  }

  /** Completion tokens of tenant acme that the ledger holds. */
  private static long recordedTokens() throws Exception {
    var cost =
        JSON.readTree(
            Shell.guildhall(Duration.ofMinutes(2), "cost", "-o", "json", "--by", "tenant")
                .orFail());
    long tokens = 0;
    for (var row : cost.get("rows")) {
      if ("acme".equals(row.path("tenant").asText())) {
        tokens += row.path("completionTokens").asLong();
      }
    }
    return tokens;
  }
}
