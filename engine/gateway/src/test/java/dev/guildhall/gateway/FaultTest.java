package dev.guildhall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.gateway.support.Api;
import dev.guildhall.gateway.support.Await;
import dev.guildhall.gateway.support.FakeRank;
import dev.guildhall.gateway.support.GatewayTest;
import dev.guildhall.gateway.support.Stack;
import io.grpc.Status;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ranks, ledger and clients that fail: every request ends, and what was used is committed once. */
@QuarkusTest
@WithTestResource(Stack.class)
class FaultTest extends GatewayTest {

  private static final String PAIR = "{'model': 'pair', 'prompt': 'Call me Ishmael.'";

  @BeforeEach
  void readyPair() {
    left.requests().clear();
    right.requests().clear();
    Await.until(
        "a ready pair",
        () -> {
          api.post("/v1/completions", PAIR + "}");
          return !left.requests().isEmpty() && !right.requests().isEmpty();
        });
    left.requests().clear();
    right.requests().clear();
  }

  @AfterEach
  void calmLedger() {
    ledger.down(false);
    ledger.losesAnswers(false);
    assertThat(ledger.conflicts()).isEmpty();
  }

  @Test
  void aRankThatRefusesIsReplacedByAnother() {
    left.behave(left.calm().refuses(Status.RESOURCE_EXHAUSTED));
    for (int i = 0; i < 8; i++) {
      assertThat(api.post("/v1/completions", PAIR + ", 'seed': " + i + "}").status())
          .isEqualTo(200);
    }
    assertThat(right.requests()).hasSize(8);
  }

  @Test
  void aRankThatDiesBeforeItsFirstTokenIsReplacedByAnother() {
    left.behave(left.calm().dies(0));
    right.behave(right.calm().says(" from the right"));
    for (int i = 0; i < 8; i++) {
      assertThat(
              api.post("/v1/completions", PAIR + ", 'seed': " + i + "}")
                  .json()
                  .at("/choices/0/text")
                  .asText())
          .isEqualTo(" from the right");
    }
  }

  @Test
  void anEngineThatSaysItFailedIsReplacedByAnother() {
    left.behave(left.calm().fails(0));
    right.behave(right.calm().says(" from the right"));
    for (int i = 0; i < 8; i++) {
      assertThat(api.post("/v1/completions", PAIR + ", 'seed': " + i + "}").status())
          .isEqualTo(200);
    }
  }

  @Test
  void ranksThatAreNotReadyOrDrainAreLeftOut() {
    left.behave(left.calm().notReady());
    Await.until("left is left out", () -> servedOnlyBy(right));
    left.behave(left.calm());
    right.behave(right.calm().isDraining());
    Await.until("right is left out", () -> servedOnlyBy(left));
  }

  private boolean servedOnlyBy(FakeRank rank) {
    left.requests().clear();
    right.requests().clear();
    for (int i = 0; i < 4; i++) {
      api.post("/v1/completions", PAIR + "}");
    }
    return rank.requests().size() == 4;
  }

  @Test
  void aRequestWaitsForTheOnlyRankThatIsOnItsWayBack() {
    solo.behave(solo.calm().refuses(Status.UNAVAILABLE));
    CompletableFuture<Api.Reply> reply = CompletableFuture.supplyAsync(() -> api.chat(""));
    Await.until("it was tried again", () -> solo.requests().size() >= 2);
    solo.behave(solo.calm());
    assertThat(reply.join().status()).isEqualTo(200);

    solo.behave(solo.calm().notReady());
    Await.until("no rank is there", () -> api.chat("").status() == 503);
    CompletableFuture<Api.Reply> second = CompletableFuture.supplyAsync(() -> api.chat(""));
    pause();
    solo.behave(solo.calm());
    assertThat(second.join().status()).isEqualTo(200);
  }

  @Test
  void ranksThatAreBusyAreNotWaitedFor() {
    solo.behave(solo.calm().refuses(Status.RESOURCE_EXHAUSTED));
    Api.Reply reply = api.chat("");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.error().path("code").asText()).isEqualTo("overloaded");
    assertThat(solo.requests()).hasSize(1);
  }

  @Test
  void aRankThatSaysNothingIsGivenUp() {
    solo.behave(solo.calm().hangs(-1));
    assertThat(api.chat("").status()).isEqualTo(504);
    solo.behave(solo.calm().hangs(3));
    assertThat(api.chat("").status()).isEqualTo(504);
  }

  @Test
  void aLongWaitKeepsTheStreamOpenWithComments() {
    solo.behave(solo.calm().hangs(-1));
    Api.Reply reply = api.chat(", 'stream': true");
    assertThat(reply.text()).startsWith(": waiting");
    assertThat(reply.events()).hasSize(1);
    assertThat(new Api.Reply(0, null, reply.events().getFirst()).error().path("code").asText())
        .isEqualTo("timeout");
  }

  @Test
  void aClientThatHangsUpInMidStreamEndsTheGenerationAndWhatCameIsCommitted() throws IOException {
    solo.behave(solo.calm().hangs(5));
    hangUpAfter("data: ", "\"stream\": true,");
    cancelledAndCommitted(5);
  }

  @Test
  void aClientThatHangsUpWhileItWaitsForAWholeAnswerEndsTheGeneration() throws IOException {
    solo.behave(solo.calm().hangs(5));
    hangUpAfter("", "");
    cancelledAndCommitted(5);
  }

  private void cancelledAndCommitted(int tokens) {
    String id = solo.requests().getFirst().getRequestId();
    Await.until("the rank stops", () -> solo.cancelled().contains(id));
    Await.until("the usage is committed", () -> ledger.usage().containsKey(id));
    JsonNode usage = ledger.usage().get(id);
    assertThat(usage.path("completionTokens").asInt()).isEqualTo(tokens);
    assertThat(usage.path("outcome").asText()).isEqualTo("cancelled");
    assertThat(usage.path("prefillNanos").asLong()).isPositive();
  }

  private void hangUpAfter(String seen, String more) throws IOException {
    String body =
        "{"
            + more
            + "\"model\": \"small-v3\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
    try (Socket socket = new Socket("127.0.0.1", Stack.port())) {
      String head =
          "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer "
              + Stack.ACME
              + "\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n";
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
      StringBuilder answer = new StringBuilder();
      while (!seen.isEmpty() && answer.indexOf(seen) < 0) {
        answer.append((char) socket.getInputStream().read());
      }
      Await.until("the rank works on it", () -> !solo.requests().isEmpty());
      pause();
    }
  }

  /**
   * Lets the fake rank say its few tokens; too short a pause only makes the test fail, never pass.
   */
  private static void pause() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void withoutALedgerRequestsAreRefusedAndUsageOfRunningOnesIsKept() {
    ledger.down(true);
    Api.Reply reply = api.chat("");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.error().path("code").asText()).isEqualTo("ledger_unavailable");
    assertThat(reply.headers().firstValue("retry-after")).isPresent();
    assertThat(solo.requests()).isEmpty();
  }

  @Test
  void aLedgerThatTakesACommitAndLosesTheAnswerIsAskedAgainWithTheSameAndChargesOnce() {
    ledger.losesAnswers(true);
    Thread request = Thread.ofVirtual().start(() -> api.chat(""));
    Await.until("the rank works on it", () -> !solo.requests().isEmpty());
    String id = solo.requests().getFirst().getRequestId();
    Await.until("it was committed twice", () -> Collections.frequency(ledger.commits(), id) >= 2);
    ledger.losesAnswers(false);
    Await.until("the request ended", () -> !request.isAlive());
    assertThat(ledger.usage()).containsKey(id);
    assertThat(ledger.conflicts()).isEmpty();
  }

  @Test
  void commitsAreTriedUntilTheLedgerIsBack() {
    solo.behave(solo.calm().hangs(5));
    Thread request = Thread.ofVirtual().start(() -> api.chat(", 'stream': true"));
    Await.until("the rank works on it", () -> !solo.requests().isEmpty());
    ledger.down(true);
    String id = solo.requests().getFirst().getRequestId();
    Await.until("the request ended", () -> !request.isAlive());
    assertThat(ledger.usage()).doesNotContainKey(id);
    ledger.down(false);
    Await.until("the usage arrives", () -> ledger.usage().containsKey(id));
  }
}
