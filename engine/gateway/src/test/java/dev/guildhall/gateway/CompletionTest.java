package dev.guildhall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.gateway.support.Api;
import dev.guildhall.gateway.support.Await;
import dev.guildhall.gateway.support.GatewayTest;
import dev.guildhall.gateway.support.Stack;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(Stack.class)
class CompletionTest extends GatewayTest {

  private static final String CANARY = "xylophone-canary-7391";

  @Test
  void aTextPromptBeginsWithTheBeginOfSequenceAndDefaultsToSixteenTokens() {
    JsonNode json = api.complete("").json();
    assertThat(json.path("object").asText()).isEqualTo("text_completion");
    assertThat(solo.requests().getFirst().getPrompt(0)).isZero();
    assertThat(solo.requests().getFirst().getMaxTokens()).isEqualTo(16);
  }

  @Test
  void promptsAndChoicesAreNumberedAcross() {
    JsonNode json =
        api.post("/v1/completions", "{'model': 'small-v3', 'prompt': ['a b', 'c d'], 'n': 2}")
            .json();
    assertThat(json.path("choices"))
        .extracting(c -> c.path("index").asInt())
        .containsExactly(0, 1, 2, 3);
    assertThat(json.at("/usage/prompt_tokens").asInt())
        .isEqualTo(
            solo.tokenizer().encodePrompt("a b").length
                + solo.tokenizer().encodePrompt("c d").length);
  }

  @Test
  void tokenIdsAreUsedAsTheyAre() {
    api.post("/v1/completions", "{'model': 'small-v3', 'prompt': [5, 6, 7]}");
    assertThat(solo.requests().getFirst().getPromptList()).containsExactly(5, 6, 7);
    solo.requests().clear();
    assertThat(
            api.post("/v1/completions", "{'model': 'small-v3', 'prompt': [[5], [6, 7]]}")
                .json()
                .path("choices"))
        .hasSize(2);
  }

  @Test
  void echoRepeatsThePromptWithItsLogprobs() {
    JsonNode choice =
        api.complete(", 'echo': true, 'logprobs': 2, 'max_tokens': 3").json().at("/choices/0");
    assertThat(choice.path("text").asText()).startsWith("Call me Ishmael.");
    JsonNode logprobs = choice.path("logprobs");
    int prompt = solo.tokenizer().encode("Call me Ishmael.").length;
    assertThat(logprobs.path("tokens")).hasSize(prompt + 3);
    assertThat(logprobs.path("token_logprobs").path(0).asDouble()).isEqualTo(-1.5);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < logprobs.path("tokens").size(); i++) {
      assertThat(logprobs.path("text_offset").path(i).asInt()).isEqualTo(text.length());
      text.append(logprobs.path("tokens").path(i).asText());
    }
    assertThat(text).hasToString(choice.path("text").asText());
    assertThat(api.complete(", 'echo': true, 'stream': true").streamed())
        .startsWith("Call me Ishmael. once");
  }

  @Test
  void theTokenRateAndTheRequestsInFlightOfATenantAreBounded() {
    Api tiny = new Api(Stack.port(), Stack.TINY);
    Api.Reply first = tiny.complete(", 'max_tokens': 50");
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.headers().firstValue("x-ratelimit-limit-tokens")).hasValue("60");
    Api.Reply second = tiny.complete(", 'max_tokens': 55");
    assertThat(second.status()).isEqualTo(429);
    assertThat(second.error().path("code").asText()).isEqualTo("rate_limit_exceeded");
    assertThat(Integer.parseInt(second.headers().firstValue("retry-after").orElseThrow()))
        .isPositive();
    solo.behave(solo.calm().hangs(2));
    solo.requests().clear();
    Thread running = Thread.ofVirtual().start(() -> tiny.complete(", 'max_tokens': 4"));
    Await.until("a request runs", () -> !solo.requests().isEmpty());
    assertThat(tiny.complete(", 'max_tokens': 1").status()).isEqualTo(429);
    Await.until("it ended", () -> !running.isAlive());
  }

  @Test
  void prefixPagesAreSharedWithinATenantOnly() {
    left.requests().clear();
    right.requests().clear();
    String body =
        "{'model': 'pair', 'max_tokens': 2, 'prompt': '"
            + "one two three four five six seven eight nine ten ".repeat(3)
            + "'}";
    assertThat(cached(api.post("/v1/completions", body))).isZero();
    // The second goes to the rank that has the pages, whichever that was.
    assertThat(cached(api.post("/v1/completions", body))).isPositive();
    assertThat(
            cached(
                new Api(Stack.port(), Stack.OTHER)
                    .post("/v1/completions", body.replace("'max", "'cache_salt': 'acme', 'max"))))
        .isZero();
  }

  private static int cached(Api.Reply reply) {
    return reply.json().at("/usage/prompt_tokens_details/cached_tokens").asInt();
  }

  @Test
  void neitherTextNorKeysReachTheLog() throws Exception {
    solo.behave(solo.calm().says(" the " + CANARY + " answer"));
    api.post("/v1/completions", "{'model': 'small-v3', 'prompt': '" + CANARY + "'}");
    api.post(
        "/v1/completions",
        "{'model': 'small-v3', 'prompt': '" + CANARY + " ".repeat(20) + CANARY.repeat(400) + "'}");
    api.post("/v1/completions", "{'model': 'small-v3', 'prompt': '" + CANARY + "");
    api.post(
        "/v1/completions",
        "{'model': 'small-v3', 'prompt': '"
            + CANARY
            + "', 'stop': ['"
            + CANARY
            + "'], 'stream': true}");
    api.post(
        "/v1/chat/completions",
        "{'model': 'small-v3', 'messages': [{'role': '"
            + CANARY
            + "', 'content': '"
            + CANARY
            + "'}]}");
    api.get("/v1/models?key=" + CANARY);
    new Api(Stack.port(), CANARY).chat("");
    solo.behave(solo.calm().says(" the " + CANARY + " answer").dies(2));
    api.post("/v1/completions", "{'model': 'small-v3', 'prompt': '" + CANARY + "'}");
    String log = Files.readString(Path.of("target/gateway-test.log"));
    assertThat(log)
        .contains("tokenizer and chat template of")
        .doesNotContain(CANARY)
        .doesNotContain(Stack.ACME)
        .doesNotContain("sk-acme");
  }

  @Test
  void metricsAreThoseDeclaredWithBoundedLabels() {
    api.post("/v1/completions", "{'model': 'made-up-by-a-caller', 'prompt': 'x'}");
    api.post("/v1/completions", "{'model': 'small-v3', 'prompt': 'x', 'max_tokens': 2}");
    int port =
        org.eclipse.microprofile.config.ConfigProvider.getConfig()
            .getOptionalValue("quarkus.management.port", Integer.class)
            .orElseThrow();
    String text = new Api(port, null).get("/metrics").text();
    // A metric with labels is exposed from its first sample on, so what is exposed is compared with
    // what is declared.
    List<String> declared =
        GatewayMetrics.ALL.stream()
            .map(m -> "# TYPE " + m.name() + " " + m.type().name().toLowerCase(Locale.ROOT))
            .toList();
    assertThat(text.lines().filter(l -> l.startsWith("# TYPE guildhall_gateway_")))
        .hasSizeGreaterThan(3)
        .isSubsetOf(declared);
    assertThat(text)
        .contains(
            "guildhall_gateway_tokens_total{kind=\"output\",model=\"small-v3\",tenant=\"acme\"}");
    assertThat(text).doesNotContain("made-up-by-a-caller");
    assertThat(new Api(port, null).get("/q/health/ready").status()).isEqualTo(200);
    assertThat(new Api(port, null).get("/q/health/live").status()).isEqualTo(200);
  }
}
