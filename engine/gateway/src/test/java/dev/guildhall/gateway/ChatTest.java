package dev.guildhall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.gateway.support.Api;
import dev.guildhall.gateway.support.GatewayTest;
import dev.guildhall.gateway.support.Stack;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Stack.class)
class ChatTest extends GatewayTest {

  private static final String SAYS = " once upon a time there was a small model.";

  @Test
  void anAnswerHasOpenAisShapeItsUsageAndItsPrice() {
    Api.Reply reply = api.chat("");
    JsonNode json = reply.json();
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers().firstValue("x-request-id")).isPresent();
    assertThat(json.path("object").asText()).isEqualTo("chat.completion");
    assertThat(json.at("/choices/0/message/content").asText()).isEqualTo(SAYS);
    assertThat(json.at("/choices/0/message/role").asText()).isEqualTo("assistant");
    assertThat(json.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    int completion = solo.tokenizer().encode(SAYS).length;
    int prompt = json.at("/usage/prompt_tokens").asInt();
    assertThat(json.at("/usage/completion_tokens").asInt()).isEqualTo(completion);
    assertThat(json.at("/usage/total_tokens").asInt()).isEqualTo(prompt + completion);
    assertThat(json.at("/usage/prompt_tokens_details/cached_tokens").isInt()).isTrue();
    assertThat(json.at("/x_guildhall/currency").asText()).isEqualTo("USD");
    assertThat(new java.math.BigDecimal(json.at("/x_guildhall/charge").asText()))
        .isEqualByComparingTo(java.math.BigDecimal.valueOf(prompt + completion).movePointLeft(6));
  }

  @Test
  void theRequestIdOfTheEngineIsTheIdOfReservationAndUsage() {
    solo.requests().clear();
    api.chat("");
    String id = solo.requests().getFirst().getRequestId();
    assertThat(ledger.reservations()).containsKey(id);
    JsonNode usage = ledger.usage().get(id);
    assertThat(usage.path("tenant").asText()).isEqualTo("acme");
    assertThat(usage.path("key").asText()).isEqualTo("acme/default");
    assertThat(usage.path("deployment").asText()).isEqualTo("test/small-v3");
    assertThat(usage.path("group").asText()).isEqualTo("solo-0");
    assertThat(usage.path("prefillNanos").asLong()).isEqualTo(1_000_000);
    assertThat(usage.path("outcome").asText()).isEqualTo("stop");
    assertThat(ledger.conflicts()).isEmpty();
  }

  @Test
  void aStreamSaysTheSameInPiecesWithUsageInItsLastChunk() {
    Api.Reply reply = api.chat(", 'stream': true, 'stream_options': {'include_usage': true}");
    List<String> events = reply.events();
    assertThat(reply.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(reply.streamed()).isEqualTo(SAYS);
    assertThat(events.getLast()).isEqualTo("[DONE]");
    JsonNode last = new Api.Reply(0, null, events.get(events.size() - 2)).json();
    assertThat(last.path("choices")).isEmpty();
    assertThat(last.at("/usage/completion_tokens").asInt())
        .isEqualTo(solo.tokenizer().encode(SAYS).length);
    assertThat(last.at("/x_guildhall/currency").asText()).isEqualTo("USD");
    JsonNode first = new Api.Reply(0, null, events.getFirst()).json();
    assertThat(first.path("object").asText()).isEqualTo("chat.completion.chunk");
    assertThat(first.at("/choices/0/delta/role").asText()).isEqualTo("assistant");
  }

  @Test
  void aStopStringAcrossTokensEndsTheAnswerBeforeItAndTheEngineIsToldToStop() {
    // Without its last token the engine is not done by itself before it is told.
    solo.behave(solo.calm().hangs(solo.tokenizer().encode(SAYS).length - 1));
    solo.requests().clear();
    Api.Reply reply = api.chat(", 'stop': ['e there w']");
    assertThat(reply.json().at("/choices/0/message/content").asText())
        .isEqualTo(" once upon a tim");
    assertThat(reply.json().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    String id = solo.requests().getFirst().getRequestId();
    assertThat(solo.cancelled()).contains(id);
    // The usage is the engine's own, nanoseconds included, although the generation was cut short.
    assertThat(ledger.usage().get(id).path("prefillNanos").asLong()).isEqualTo(1_000_000);
    assertThat(ledger.usage().get(id).path("completionTokens").asInt())
        .isLessThan(solo.tokenizer().encode(SAYS).length);
  }

  @Test
  void aRankWithoutAbortIsCutOffAndWhatCameIsCounted() {
    solo.behave(solo.calm().withoutAbort());
    solo.requests().clear();
    Api.Reply reply = api.chat(", 'stop': 'a time'");
    assertThat(reply.json().at("/choices/0/message/content").asText()).isEqualTo(" once upon ");
    JsonNode usage = ledger.usage().get(solo.requests().getFirst().getRequestId());
    assertThat(usage.path("completionTokens").asInt()).isPositive();
  }

  @Test
  void maxTokensEndsWithLength() {
    Api.Reply reply = api.chat(", 'max_completion_tokens': 3");
    assertThat(reply.json().at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(reply.json().at("/usage/completion_tokens").asInt()).isEqualTo(3);
  }

  @Test
  void severalChoicesCountThePromptOnce() {
    solo.requests().clear();
    Api.Reply reply = api.chat(", 'n': 3, 'seed': 7");
    assertThat(reply.json().path("choices")).hasSize(3);
    assertThat(reply.json().at("/usage/prompt_tokens").asInt())
        .isEqualTo(solo.requests().getFirst().getPromptCount());
    assertThat(solo.requests())
        .extracting(r -> r.getSampling().getSeed())
        .containsExactlyInAnyOrder(7L, 8L, 9L);
    assertThat(solo.requests()).extracting(r -> r.getRequestId()).doesNotHaveDuplicates();
    String id =
        solo.requests().stream()
            .map(r -> r.getRequestId())
            .filter(r -> !r.contains("/"))
            .findFirst()
            .orElseThrow();
    assertThat(ledger.usage().get(id).path("completionTokens").asInt())
        .isEqualTo(3 * solo.tokenizer().encode(SAYS).length);
  }

  @Test
  void samplingFieldsReachTheEngineAndDefaultsAreTheModels() {
    solo.requests().clear();
    api.chat(
        ", 'temperature': 0, 'top_p': 0.5, 'top_k': 4, 'min_p': 0.1, 'presence_penalty': 1, 'frequency_penalty': -1,"
            + " 'repetition_penalty': 1.5, 'logit_bias': {'5': -100}, 'ignore_eos': true");
    api.chat("");
    var params = solo.requests().get(0).getSampling();
    assertThat(params.getTemperature()).isZero();
    assertThat(params.getTopP()).isEqualTo(0.5f);
    assertThat(params.getTopK()).isEqualTo(4);
    assertThat(params.getMinP()).isEqualTo(0.1f);
    assertThat(params.getPresencePenalty()).isEqualTo(1f);
    assertThat(params.getFrequencyPenalty()).isEqualTo(-1f);
    assertThat(params.getRepetitionPenalty()).isEqualTo(1.5f);
    assertThat(params.getLogitBiasMap()).containsEntry(5, -100f);
    assertThat(solo.requests().get(0).getStopTokenIdsList()).isEmpty();
    var defaults = solo.requests().get(1);
    assertThat(defaults.getSampling().getTemperature()).isEqualTo(0.7f);
    assertThat(defaults.getSampling().getTopP()).isEqualTo(0.9f);
    assertThat(defaults.getStopTokenIdsList()).containsExactly(1);
  }

  @Test
  void logprobsComeInTheChatShape() {
    JsonNode content =
        api.chat(", 'logprobs': true, 'top_logprobs': 2").json().at("/choices/0/logprobs/content");
    assertThat(content).hasSize(solo.tokenizer().encode(SAYS).length);
    assertThat(content.path(0).path("logprob").asDouble()).isEqualTo(-0.25);
    assertThat(content.path(0).path("top_logprobs")).hasSize(2);
    StringBuilder text = new StringBuilder();
    content.forEach(token -> text.append(token.path("token").asText()));
    assertThat(text).hasToString(SAYS);
  }

  @Test
  void logprobsEndWithTheTextAtAStopString() {
    JsonNode choice = api.chat(", 'logprobs': true, 'stop': 'a time'").json().at("/choices/0");
    StringBuilder text = new StringBuilder();
    choice.at("/logprobs/content").forEach(token -> text.append(token.path("token").asText()));
    assertThat(text.toString()).startsWith(choice.at("/message/content").asText().stripTrailing());
    assertThat(text.toString()).doesNotContain("time");
  }

  @Test
  void charactersAcrossTokensArriveWhole() {
    String says = " naïve 東京 🙂🙃 done";
    solo.behave(solo.calm().says(says));
    assertThat(api.chat("").json().at("/choices/0/message/content").asText()).isEqualTo(says);
    Api.Reply streamed = api.chat(", 'stream': true");
    assertThat(streamed.streamed()).isEqualTo(says);
    assertThat(streamed.text()).doesNotContain("\uFFFD");
    assertThat(api.chat(", 'stop': '🙃'").json().at("/choices/0/message/content").asText())
        .isEqualTo(" naïve 東京 🙂");
  }

  @Test
  void unknownFieldsAndTheClientsCacheSaltAreIgnored() {
    solo.requests().clear();
    assertThat(
            api.chat(
                    ", 'cache_salt': 'theirs', 'store': false, 'metadata': {'a': 'b'}, 'whatever': 1")
                .status())
        .isEqualTo(200);
    byte[] salt = solo.requests().getFirst().getCacheSalt().toByteArray();
    assertThat(salt).hasSize(32);
    assertThat(new String(salt, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("theirs");
  }

  @Test
  void modelsAreThoseOfTheTenant() {
    assertThat(api.get("/v1/models").json().path("data"))
        .extracting(m -> m.path("id").asText())
        .containsExactly("small-v3", "pair", "ghost", "sleepy");
    assertThat(api.get("/v1/models/small-v3").json().path("object").asText()).isEqualTo("model");
  }
}
