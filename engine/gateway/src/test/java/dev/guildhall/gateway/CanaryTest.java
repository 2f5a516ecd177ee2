package dev.guildhall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.gateway.support.Api;
import dev.guildhall.gateway.support.Await;
import dev.guildhall.gateway.support.GatewayTest;
import dev.guildhall.gateway.support.Stack;
import io.grpc.Status;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two versions of one model: the right group is tried on a share of the requests. */
@QuarkusTest
@WithTestResource(Stack.class)
class CanaryTest extends GatewayTest {
  private static final String PAIR = "{'model': 'pair', 'prompt': 'Call me Ishmael.'}";

  @Inject GatewayMetrics metrics;

  @AfterEach
  void noCanary() throws IOException {
    calmRanks();
    restoreRoutes();
    Await.until("both are alike", () -> canaryCallsOf20() == 0 && !right.requests().isEmpty());
  }

  private void weigh(int percent) throws IOException {
    reroute("pair-1", "\"weightPercent\": %d".formatted(percent));
    Await.until(
        "the share is in force",
        () -> {
          right.requests().clear();
          double calls = canaryCallsOf20();
          return percent == 0 ? right.requests().isEmpty() : calls > 0;
        });
    left.requests().clear();
    right.requests().clear();
  }

  private double canaryCallsOf20() {
    double calls = calls("canary", "ok");
    for (int i = 0; i < 20; i++) {
      api.post("/v1/completions", PAIR);
    }
    return calls("canary", "ok") - calls;
  }

  private double calls(String lane, String result) {
    return metrics.registry().scrape().stream()
        .filter(s -> s.getMetadata().getName().equals("guildhall_gateway_lane_calls"))
        .flatMap(s -> s.getDataPoints().stream())
        .filter(p -> "pair".equals(p.getLabels().get("model")))
        .filter(p -> lane.equals(p.getLabels().get("lane")))
        .filter(p -> result.equals(p.getLabels().get("result")))
        .mapToDouble(p -> ((CounterSnapshot.CounterDataPointSnapshot) p).getValue())
        .sum();
  }

  @Test
  void theCanaryGetsItsShare() throws IOException {
    weigh(30);
    double ok = calls("canary", "ok");
    for (int i = 0; i < 300; i++) {
      assertThat(api.post("/v1/completions", PAIR).status()).isEqualTo(200);
    }
    assertThat(right.requests()).as("five standard deviations of a draw").hasSizeBetween(50, 130);
    assertThat(left.requests()).hasSize(300 - right.requests().size());
    assertThat(calls("canary", "ok") - ok).isEqualTo(right.requests().size());
  }

  @Test
  void withoutAShareItGetsNothingEvenWhenNobodyElseIsThere() throws IOException {
    weigh(0);
    left.behave(left.calm().notReady());
    Await.until("the left is seen", () -> api.post("/v1/completions", PAIR).status() == 503);
    assertThat(right.requests()).isEmpty();
  }

  @Test
  void whatACanaryFailsAnotherAnswersAndItIsCounted() throws IOException {
    weigh(50);
    double failed = calls("canary", "failed");
    right.behave(right.calm().refuses(Status.INTERNAL));
    for (int i = 0; i < 40; i++) {
      Api.Reply reply = api.post("/v1/completions", PAIR);
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }
    assertThat(right.requests()).isNotEmpty();
    assertThat(calls("canary", "failed") - failed).isEqualTo(right.requests().size());
  }

  @Test
  void aCanaryThatHangsHasFailed() throws IOException {
    weigh(100);
    double failed = calls("canary", "failed");
    right.behave(right.calm().hangs(0));
    assertThat(api.post("/v1/completions", PAIR).status()).isEqualTo(504);
    assertThat(calls("canary", "failed") - failed).isEqualTo(1);
  }
}
