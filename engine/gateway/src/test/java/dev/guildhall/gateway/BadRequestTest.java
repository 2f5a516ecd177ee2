package dev.guildhall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.gateway.support.Api;
import dev.guildhall.gateway.support.GatewayTest;
import dev.guildhall.gateway.support.Stack;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input gets a clear error in OpenAI's shape, reaches no rank and costs nothing. */
@QuarkusTest
@WithTestResource(Stack.class)
class BadRequestTest extends GatewayTest {

  private void refused(Api.Reply reply, int status, String param, String code) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.error().path("message").asText()).isNotBlank();
    assertThat(reply.error().path("type").asText()).isNotBlank();
    assertThat(reply.error().path("param").asText(null)).isEqualTo(param);
    assertThat(reply.error().path("code").asText(null)).isEqualTo(code);
    assertThat(reply.headers().firstValue("x-request-id")).isPresent();
    assertThat(solo.requests()).isEmpty();
  }

  @Test
  void unknownModel() {
    refused(
        api.post(
            "/v1/chat/completions",
            "{'model': 'gpt-9', 'messages': [{'role': 'user', 'content': 'x'}]}"),
        404,
        "model",
        "model_not_found");
    refused(api.get("/v1/models/gpt-9"), 404, "model", "model_not_found");
  }

  @Test
  void anotherTenantsModelReadsLikeAnUnknownOne() {
    Api other = new Api(Stack.port(), Stack.OTHER);
    refused(other.chat(""), 404, "model", "model_not_found");
    assertThat(other.get("/v1/models").json().path("data")).hasSize(1);
  }

  @Test
  void badKey() {
    refused(new Api(Stack.port(), "sk-wrong").chat(""), 401, null, "invalid_api_key");
    refused(new Api(Stack.port(), null).chat(""), 401, null, null);
    Api.Reply basic =
        new Api(Stack.port(), null)
            .send(
                new Api(Stack.port(), null)
                    .request("/v1/models")
                    .header("Authorization", "Basic eDp5")
                    .GET());
    refused(basic, 401, null, "invalid_api_key");
    assertThat(basic.headers().firstValue("www-authenticate")).hasValue("Bearer");
  }

  @Test
  void keyInTheQueryString() {
    refused(api.get("/v1/models?api_key=" + Stack.ACME), 400, null, "key_in_query");
    refused(
        new Api(Stack.port(), null).get("/v1/models?key=" + Stack.ACME), 400, null, "key_in_query");
  }

  @Test
  void promptOverTheContext() {
    String prompt = "word ".repeat(600);
    refused(
        api.post("/v1/completions", "{'model': 'small-v3', 'prompt': '" + prompt + "'}"),
        400,
        "prompt",
        "context_length_exceeded");
    refused(
        api.post(
            "/v1/chat/completions",
            "{'model': 'small-v3', 'messages': [{'role': 'user', 'content': '" + prompt + "'}]}"),
        400,
        "messages",
        "context_length_exceeded");
  }

  @Test
  void aPromptOfAMegabyteIsRefusedBeforeItIsEncoded() {
    String prompt = "x".repeat(1 << 20);
    refused(
        api.post("/v1/completions", "{'model': 'small-v3', 'prompt': '" + prompt + "'}"),
        400,
        "prompt",
        "context_length_exceeded");
  }

  @Test
  void promptAndMaxTokensOverTheContext() {
    refused(api.chat(", 'max_tokens': 256"), 400, "max_tokens", "context_length_exceeded");
    refused(
        api.chat(", 'max_completion_tokens': 2000000000"),
        400,
        "max_completion_tokens",
        "context_length_exceeded");
  }

  @Test
  void negativeMaxTokens() {
    refused(api.chat(", 'max_tokens': -1"), 400, "max_tokens", null);
    refused(api.complete(", 'max_tokens': -5"), 400, "max_tokens", null);
    refused(api.chat(", 'max_tokens': 0"), 400, "max_tokens", null);
    refused(api.chat(", 'max_tokens': 1e30"), 400, "max_tokens", null);
  }

  @Test
  void brokenJson() {
    refused(api.post("/v1/chat/completions", "{'model': "), 400, null, null);
    refused(api.post("/v1/chat/completions", ""), 400, null, null);
    refused(api.post("/v1/chat/completions", "[1, 2]"), 400, null, null);
    refused(api.post("/v1/chat/completions", "{} {}"), 400, null, null);
    refused(
        api.post("/v1/chat/completions", "{'a':".repeat(500) + "1" + "}".repeat(500)),
        400,
        null,
        null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'n': 16384 | n",
        "'n': 0 | n",
        "'n': 1.5 | n",
        "'temperature': 3 | temperature",
        "'temperature': 'hot' | temperature",
        "'top_p': -0.1 | top_p",
        "'top_k': -2 | top_k",
        "'min_p': 2 | min_p",
        "'presence_penalty': 9 | presence_penalty",
        "'frequency_penalty': -9 | frequency_penalty",
        "'repetition_penalty': 0 | repetition_penalty",
        "'seed': 'x' | seed",
        "'logit_bias': {'1': 101} | logit_bias",
        "'logit_bias': {'x': 1} | logit_bias",
        "'logit_bias': {'99999': 1} | logit_bias",
        "'stop': 5 | stop",
        "'stop': [''] | stop",
        "'stream': 'yes' | stream",
        "'stream_options': {'include_usage': true} | stream_options",
        "'top_logprobs': 3 | top_logprobs",
        "'logprobs': true, 'top_logprobs': 21 | top_logprobs",
        "'tools': [{'type': 'function'}] | tools",
        "'tool_choice': 'required' | tool_choice",
        "'response_format': {'type': 'json_schema'} | response_format",
        "'response_format': {'type': 'json_object'} | response_format",
        "'modalities': ['text', 'audio'] | modalities",
        "'audio': {'voice': 'x'} | audio",
        "'best_of': 5 | best_of",
        "'functions': [{}] | functions",
        "'stop_token_ids': [-1] | stop_token_ids",
      })
  void badOrUnsupportedFieldsAreNamed(String more, String param) {
    Api.Reply reply = api.chat(", " + more);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.error().path("param").asText()).isEqualTo(param);
    assertThat(solo.requests()).isEmpty();
  }

  @Test
  void tenThousandStopStrings() {
    StringBuilder stops = new StringBuilder("'a'");
    for (int i = 0; i < 10_000; i++) {
      stops.append(", 's").append(i).append("'");
    }
    refused(api.chat(", 'stop': [" + stops + "]"), 400, "stop", null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'x' | messages",
        "[] | messages",
        "[5] | messages[0]",
        "[{'role': 'wizard', 'content': 'x'}] | messages[0].role",
        "[{'role': 'user'}] | messages[0].content",
        "[{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': 'http://169.254.169.254/'}}]}] | messages[0].content[0].type",
        "[{'role': 'user', 'content': 'x'}, {'role': 'tool', 'content': 'y'}] | messages[1]",
      })
  void badMessages(String messages, String param) {
    Api.Reply reply =
        api.post("/v1/chat/completions", "{'model': 'small-v3', 'messages': " + messages + "}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.error().path("param").asText()).isEqualTo(param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[] | prompt",
        "[1, 'x'] | prompt",
        "[99999] | prompt",
        "[-1] | prompt",
        "[[1], 'x', 5] | prompt",
        "{} | prompt",
        "[[]] | prompt"
      })
  void badPrompts(String prompt, String param) {
    Api.Reply reply =
        api.post("/v1/completions", "{'model': 'small-v3', 'prompt': " + prompt + "}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.error().path("param").asText()).isEqualTo(param);
  }

  @Test
  void suffixIsRefused() {
    refused(api.complete(", 'suffix': 'end'"), 400, "suffix", "unsupported_parameter");
  }

  @Test
  void missingModel() {
    refused(api.post("/v1/completions", "{'prompt': 'x'}"), 400, "model", null);
  }

  @Test
  void bodyTooLarge() {
    refused(api.post("/v1/chat/completions", "x".repeat(5 << 20)), 413, null, "request_too_large");
  }

  @Test
  void wrongContentType() {
    Api.Reply reply =
        api.send(
            api.request("/v1/chat/completions")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
    refused(reply, 415, null, "unsupported_media_type");
  }

  @Test
  void wrongMethodAndUnknownAddress() {
    refused(api.get("/v1/chat/completions"), 405, null, "method_not_allowed");
    refused(api.get("/v1/embeddings"), 404, null, "unknown_url");
    refused(api.get("/"), 404, null, "unknown_url");
  }

  @Test
  void smuggledLengths() throws IOException {
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
            + Stack.ACME
            + "\r\nContent-Type: application/json\r\n";
    try (Socket socket = new Socket("127.0.0.1", Stack.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              (head + "Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}")
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      assertThat(answer).isEqualTo("HTTP/1.1 400");
    }
    assertThat(solo.requests()).isEmpty();
  }

  @Test
  void exhaustedBudget() {
    refused(new Api(Stack.port(), Stack.POOR).chat(""), 429, null, "insufficient_quota");
  }

  @Test
  void modelWithoutAReadyRank() {
    Api.Reply reply = api.post("/v1/completions", "{'model': 'ghost', 'prompt': 'x'}");
    refused(reply, 503, null, "model_unavailable");
    assertThat(reply.headers().firstValue("retry-after")).isPresent();
  }
}
