package dev.guildhall.gateway.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A plain HTTP client of the API. HTTP/1.1: an upgrade to HTTP/2 of a connection without TLS was
 * seen to lose its first answer.
 */
public final class Api {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String base;
  private final String key;

  public Api(int port, String key) {
    this.base = "http://127.0.0.1:" + port;
    this.key = key;
  }

  /** An answer. */
  public record Reply(int status, java.net.http.HttpHeaders headers, String text) {

    public JsonNode json() {
      try {
        return JSON.readTree(text);
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + text, e);
      }
    }

    public JsonNode error() {
      return json().path("error");
    }

    /** Payloads of the server-sent events. */
    public List<String> events() {
      List<String> events = new ArrayList<>();
      for (String line : text.split("\n")) {
        if (line.startsWith("data: ")) {
          events.add(line.substring("data: ".length()));
        }
      }
      return events;
    }

    /** The content of all chunks of choice 0 together. */
    public String streamed() {
      StringBuilder all = new StringBuilder();
      for (String event : events()) {
        if (!event.equals("[DONE]")) {
          JsonNode choice = new Reply(0, null, event).json().path("choices").path(0);
          all.append(choice.path("delta").path("content").asText(""))
              .append(choice.path("text").asText(""));
        }
      }
      return all.toString();
    }
  }

  public HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofMinutes(1));
    return key == null ? request : request.header("Authorization", "Bearer " + key);
  }

  public Reply send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.headers(), response.body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public Reply get(String path) {
    return send(request(path).GET());
  }

  /** Sends JSON written with single quotes. */
  public Reply post(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));
  }

  /** A chat with small-v3 and one user message. */
  public Reply chat(String more) {
    return post(
        "/v1/chat/completions",
        "{'model': 'small-v3', 'messages': [{'role': 'user', 'content': 'Hello'}]" + more + "}");
  }

  /** A completion of small-v3. */
  public Reply complete(String more) {
    return post(
        "/v1/completions", "{'model': 'small-v3', 'prompt': 'Call me Ishmael.'" + more + "}");
  }
}
