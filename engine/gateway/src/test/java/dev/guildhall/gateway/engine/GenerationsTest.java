package dev.guildhall.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.gateway.GatewayConfig;
import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.gateway.api.InferenceRequest;
import dev.guildhall.gateway.api.Json;
import dev.guildhall.gateway.api.RequestReader;
import dev.guildhall.gateway.routes.Authenticator;
import dev.guildhall.gateway.routes.RouteTable;
import dev.guildhall.gateway.routes.Routes;
import dev.guildhall.gateway.support.Api;
import dev.guildhall.gateway.support.Await;
import dev.guildhall.gateway.support.FakeLedger;
import dev.guildhall.gateway.support.FakeRank;
import dev.guildhall.gateway.support.Stack;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Defects on the way of an answer: the request ends all the same, and its account is settled. */
@QuarkusTest
@WithTestResource(Stack.class)
class GenerationsTest {

  @Inject Generations generations;
  @Inject RankRouter router;
  @Inject Routes routes;
  @Inject GatewayConfig config;

  FakeRank solo;
  FakeLedger ledger;

  /** A sink with a defect. */
  private record Broken(boolean delivered) implements Sink {
    @Override
    public void prompt(int choice, List<Token> tokens) {}

    @Override
    public void delta(int choice, String text, List<Token> tokens) {
      throw new IllegalStateException("a defect");
    }

    @Override
    public void finish(int choice, String reason) {}

    @Override
    public void heartbeat() {}
  }

  @BeforeEach
  void ready() {
    Api api = new Api(Stack.port(), Stack.ACME);
    Await.until("a ready rank", () -> api.chat("").status() == 200);
    solo.behave(solo.calm().hangs(3));
  }

  @AfterEach
  void calm() {
    solo.behave(solo.calm());
  }

  private Job job(RouteTable table) {
    byte[] body =
        "{\"model\": \"small-v3\", \"prompt\": \"Once\"}".getBytes(StandardCharsets.UTF_8);
    InferenceRequest request = new RequestReader(config.limits()).completion(Json.body(body));
    return new Job(
        request,
        table.models().get("small-v3"),
        router.speech("small-v3"),
        List.of(new Job.Unit("use-" + UUID.randomUUID(), new int[] {0, 5}, 16)),
        new byte[16],
        System.nanoTime() + TimeUnit.MINUTES.toNanos(1));
  }

  private String fail(boolean delivered) {
    RouteTable table = routes.current().orElseThrow();
    Job job = job(table);
    Answer answer =
        generations.answer(
            job,
            Authenticator.authenticate(table, Stack.ACME).orElseThrow(),
            new Broken(delivered),
            hangUp -> {});
    assertThat(answer.failure()).isInstanceOf(ApiException.class);
    assertThat(((ApiException) answer.failure()).status()).isEqualTo(500);
    String id = job.units().getFirst().id();
    assertThat(solo.cancelled()).as("the rank works on it no more").contains(id);
    return id;
  }

  @Test
  void defectBeforeAnythingWasDeliveredReleasesTheReservation() {
    String id = fail(false);
    Await.until("it is released", () -> ledger.released().contains(id));
    assertThat(ledger.usage()).doesNotContainKey(id);
  }

  @Test
  void defectInTheMiddleOfAnAnswerCommitsWhatWasUsed() {
    String id = fail(true);
    Await.until("it is committed", () -> ledger.usage().containsKey(id));
    assertThat(ledger.usage().get(id).path("completionTokens").asInt()).isPositive();
  }
}
