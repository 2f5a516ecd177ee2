package dev.guildhall.cli.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Talks to the gateway's Service address with a key, the quickstart's unless said. */
final class Gateway {
  static final String KEY = "sk-acme-quickstart-0123456789abcdef";
  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String key;
  private final Duration limit;
  private String address;

  Gateway() {
    this(KEY);
  }

  Gateway(String key) {
    this(key, Duration.ofSeconds(60));
  }

  /** With a limit for each answer. */
  Gateway(String key, Duration limit) {
    this.key = key;
    this.limit = limit;
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return http.send(
        request(path, limit).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(request(path, Duration.ofSeconds(20)).GET().build(), BodyHandlers.ofString());
  }

  /** Asked for once: a Service keeps its address. */
  private synchronized String address() {
    if (address == null) {
      address =
          Shell.kubectl(
                  "-n",
                  "guildhall-system",
                  "get",
                  "service",
                  "guildhall-gateway",
                  "-o",
                  "jsonpath={.spec.clusterIP}")
              .orFail()
              .strip();
    }
    return address;
  }

  private HttpRequest.Builder request(String path, Duration most) {
    return HttpRequest.newBuilder(URI.create("http://" + address() + path))
        .timeout(most)
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json");
  }

  /** A greedy completion of a few tokens; the whole answer. */
  JsonNode complete(String prompt, int maxTokens) throws IOException, InterruptedException {
    return complete("small-v3", prompt, maxTokens);
  }

  JsonNode complete(String model, String prompt, int maxTokens)
      throws IOException, InterruptedException {
    String body =
        JSON.createObjectNode()
            .put("model", model)
            .put("prompt", prompt)
            .put("max_tokens", maxTokens)
            .put("temperature", 0)
            .toString();
    HttpResponse<String> answer = post("/v1/completions", body);
    if (answer.statusCode() != 200) {
      throw new IOException("status " + answer.statusCode() + ": " + answer.body());
    }
    return JSON.readTree(answer.body());
  }
}
