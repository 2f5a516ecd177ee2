package dev.guildhall.cli.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Asks the gateway, as a client would, until the model answers. */
final class FirstToken {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LocalState state;
  private final LocalPorts ports;
  private final Children children;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  FirstToken(LocalState state, LocalPorts ports, Children children) {
    this.state = state;
    this.ports = ports;
    this.children = children;
  }

  /**
   * @return the text that came back
   * @throws ServeException with the last answer, if none came in time
   */
  String await(LocalModel model, Duration patience) throws IOException, InterruptedException {
    String body =
        JSON.writeValueAsString(
            Map.of(
                "model",
                model.name(),
                "prompt",
                "The state of the union is",
                "max_tokens",
                8,
                "temperature",
                0));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(ports.gatewayUrl() + "/v1/completions"))
            .header("Authorization", "Bearer " + state.key())
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(60))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    long deadline = System.nanoTime() + patience.toNanos();
    String last = "no answer";
    while (System.nanoTime() < deadline) {
      children.requireAlive();
      try {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          JsonNode choice = JSON.readTree(answer.body()).path("choices").path(0);
          return choice.path("text").asText();
        }
        last = answer.statusCode() + " " + answer.body();
      } catch (IOException e) {
        last = e.toString();
      }
      Thread.sleep(300);
    }
    throw new ServeException(
        "no token within %d s; the last answer was: %s".formatted(patience.toSeconds(), last));
  }
}
