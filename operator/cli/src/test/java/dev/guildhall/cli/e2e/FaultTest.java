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
  private static final int TOKENS = 8;

  private record Recorded(long requests, long tokens) {}

  private final Gateway gateway = new Gateway();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger answeredTokens = new AtomicInteger();

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
    Recorded before = settled();
    sent.set(0);
    answered.set(0);
    answeredTokens.set(0);
    AtomicBoolean stop = new AtomicBoolean();
    try (var client = Executors.newSingleThreadExecutor()) {
      var traffic =
          client.submit(
              () -> {
                while (!stop.get()) {
                  request();
                }
              });
      Processes.killAll(namespace, selector);
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
    assertThat(request()).as("after the fault the gateway answers").isTrue();
    // What was answered in full is recorded. A request that failed may be recorded too, for the
    // tokens it did make; none is recorded twice, so there are never more than were sent.
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertThat(recorded().requests - before.requests)
                    .isGreaterThanOrEqualTo(answered.get()));
    Recorded after = settled();
    assertThat(after.requests - before.requests)
        .isBetween((long) answered.get(), (long) sent.get());
    assertThat(after.tokens - before.tokens)
        .isBetween((long) answeredTokens.get(), (long) sent.get() * TOKENS);
  }

  /**
   * Sends one request. False if it ended with an error: that is allowed while a part is down, a
   * hang is not.
   */
  private boolean request() {
    sent.incrementAndGet();
    try {
      int tokens = gateway.complete("def main():", TOKENS).at("/usage/completion_tokens").asInt();
      answeredTokens.addAndGet(tokens);
      answered.incrementAndGet();
      return true;
    } catch (java.net.http.HttpTimeoutException hang) {
      throw new AssertionError("a request hung", hang);
    } catch (java.io.IOException error) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void awaitAnswer() {
    await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofSeconds(1)).until(this::request);
  }

  /** What the ledger holds of tenant acme, once two readings some seconds apart are the same. */
  private static Recorded settled() throws Exception {
    Recorded last = recorded();
    while (true) {
      Thread.sleep(3_000);
      Recorded now = recorded();
      if (now.equals(last)) {
        return now;
      }
      last = now;
    }
  }

  private static Recorded recorded() throws Exception {
    var cost =
        JSON.readTree(
            Shell.guildhall(Duration.ofMinutes(2), "cost", "-o", "json", "--by", "tenant")
                .orFail());
    long requests = 0;
    long tokens = 0;
    for (var row : cost.get("rows")) {
      if ("acme".equals(row.path("tenant").asText())) {
        requests += row.path("requests").asLong();
        tokens += row.path("completionTokens").asLong();
      }
    }
    return new Recorded(requests, tokens);
  }
}
