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
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ranks that die in the middle of an answer: another one goes on with it, or it ends. */
@QuarkusTest
@WithTestResource(Stack.class)
class ResumeTest extends GatewayTest {

  private static final String TEXT = " once upon a time there was a small model.";

  @AfterEach
  void sameModel() {
    right.holds(FakeRank.DIGEST);
  }

  @Test
  void theAnswerGoesOnWhereItsRankDied() {
    solo.behave(solo.calm().dies(4));
    Api.Reply reply = api.chat(", 'stream': true, 'logprobs': true");
    int[] whole = solo.tokenizer().encode(TEXT);
    assertThat(text(reply.events())).isEqualTo(TEXT);
    assertThat(logprobs(reply.events())).as("log-probabilities, each once").isEqualTo(whole.length);
    assertThat(solo.requests()).extracting(r -> r.getResumedTokens()).startsWith(0, 4, 8);
    var first = solo.requests().getFirst();
    var second = solo.requests().get(1);
    assertThat(second.getPromptList())
        .startsWith(first.getPromptList().toArray(Integer[]::new))
        .endsWith(whole[0], whole[1], whole[2], whole[3]);
    assertThat(second.getMaxTokens()).isEqualTo(first.getMaxTokens() - 4);
    assertThat(second.getModelDigest()).isEqualTo(FakeRank.DIGEST);
    JsonNode usage = usage(first.getRequestId());
    assertThat(usage.path("promptTokens").asInt()).isEqualTo(first.getPromptCount());
    assertThat(usage.path("completionTokens").asInt()).isEqualTo(whole.length);
    assertThat(usage.path("outcome").asText()).isEqualTo("stop");
  }

  @Test
  void anotherGroupGoesOnWithIt() {
    left.behave(left.calm().fails(4));
    right.behave(right.calm().fails(4));
    for (int i = 0; i < 4; i++) {
      String prompt = "{'model': 'pair', 'prompt': 'Call me %d.', 'echo': true}".formatted(i);
      assertThat(api.post("/v1/completions", prompt).json().at("/choices/0/text").asText())
          .isEqualTo("Call me %d.".formatted(i) + TEXT);
    }
  }

  @Test
  void whoRefusesItHasNotLostIt() {
    left.behave(left.calm().dies(3));
    right.behave(right.calm().refuses(Status.FAILED_PRECONDITION));
    int before = right.statusCalls();
    Api.Reply reply =
        api.post("/v1/completions", "{'model': 'pair', 'prompt': 'Call me Ishmael.'}");
    assertThat(reply.json().at("/choices/0/text").asText()).isEqualTo(TEXT);
    assertThat(left.requests()).extracting(r -> r.getResumedTokens()).startsWith(0, 3, 6);
    assertThat(right.requests()).as("asked after each loss").hasSizeGreaterThan(2);
    assertThat(right.statusCalls() - before)
        .as("and for its status after each refusal, unless it was just being asked")
        .isGreaterThanOrEqualTo(right.requests().size() - 1);
  }

  @Test
  void anAnswerWhoseLastTokenIsThereIsComplete() {
    solo.behave(solo.calm().dies(4));
    Api.Reply reply = api.chat(", 'max_tokens': 4");
    assertThat(reply.json().at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(reply.json().at("/usage/completion_tokens").asInt()).isEqualTo(4);
    assertThat(solo.requests()).hasSize(1);
  }

  @Test
  void anotherModelDoesNotGoOnWithIt() {
    right.holds("sha256:2");
    right.behave(right.calm().says(" of another model"));
    left.behave(left.calm().dies(4));
    Await.until(
        "an answer that left began",
        () -> {
          left.requests().clear();
          Api.Reply reply =
              api.post("/v1/completions", "{'model': 'pair', 'prompt': 'Call me Ishmael.'}");
          boolean leftBegan = !left.requests().isEmpty();
          assertThat(reply.json().at("/choices/0/text").asText())
              .isEqualTo(leftBegan ? TEXT : " of another model");
          return leftBegan;
        });
  }

  @Test
  void anotherModelMayAnswerWhatHasNoTokenYet() {
    left.behave(left.calm().dies(0));
    right.holds("sha256:2");
    right.behave(right.calm().says(" of another model"));
    Await.until(
        "an answer that left took and did not begin",
        () -> {
          left.requests().clear();
          Api.Reply reply =
              api.post("/v1/completions", "{'model': 'pair', 'prompt': 'Call me Ishmael.'}");
          assertThat(reply.json().at("/choices/0/text").asText()).isEqualTo(" of another model");
          return !left.requests().isEmpty();
        });
  }

  @Test
  void whatLosesItsRankAgainAndAgainEndsWithAnErrorAndWhatCameIsCommitted() {
    solo.behave(solo.calm().dies(1));
    Api.Reply reply = api.chat(", 'stream': true");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.events()).doesNotContain("[DONE]");
    JsonNode last = new Api.Reply(0, null, reply.events().getLast()).json();
    assertThat(last.at("/error/code").asText()).isEqualTo("model_unavailable");
    assertThat(solo.requests()).hasSize(5);
    JsonNode usage = usage(solo.requests().getFirst().getRequestId());
    assertThat(usage.path("completionTokens").asInt()).isEqualTo(5);
    assertThat(usage.path("outcome").asText()).isEqualTo("error");
  }

  @Test
  void itCostsNothingWhenNothingWasDelivered() {
    solo.behave(solo.calm().dies(1));
    Api.Reply reply = api.chat("");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.headers().firstValue("retry-after")).isPresent();
    String id = solo.requests().getFirst().getRequestId();
    Await.until("its reservation is released", () -> ledger.released().contains(id));
    assertThat(ledger.usage()).doesNotContainKey(id);
  }

  private JsonNode usage(String id) {
    Await.until("its usage is committed", () -> ledger.usage().containsKey(id));
    return ledger.usage().get(id);
  }

  private static List<JsonNode> chunks(List<String> events) {
    assertThat(events).last().isEqualTo("[DONE]");
    return events.subList(0, events.size() - 1).stream()
        .map(event -> new Api.Reply(0, null, event).json())
        .toList();
  }

  private static String text(List<String> events) {
    return chunks(events).stream()
        .map(chunk -> chunk.at("/choices/0/delta/content").asText(""))
        .collect(Collectors.joining());
  }

  private static int logprobs(List<String> events) {
    return chunks(events).stream()
        .mapToInt(chunk -> chunk.at("/choices/0/logprobs/content").size())
        .sum();
  }
}
