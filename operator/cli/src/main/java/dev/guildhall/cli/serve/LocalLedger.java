package dev.guildhall.cli.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Tells the ledger the demonstration's prices and tenant, and who holds the simulated GPUs. */
final class LocalLedger {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LocalState state;
  private final LocalPorts ports;
  private final Children children;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  LocalLedger(LocalState state, LocalPorts ports, Children children) {
    this.state = state;
    this.ports = ports;
    this.children = children;
  }

  void setUp(LocalModel model) throws IOException, InterruptedException {
    send(
        "PUT",
        "/v1/ratecards/local",
        Map.of(
            "currency",
            "USD",
            "prices",
            List.of(
                Map.of(
                    "model", model.name(),
                    "inputPerMillion", "0.50",
                    "cachedInputPerMillion", "0.05",
                    "outputPerMillion", "2.00"))));
    send("PUT", "/v1/tenants/local", Map.of("displayName", "This machine", "rateCard", "local"));
  }

  /** Records a node's state; its id makes a repetition harmless. */
  void nodeState(Map<String, Object> event) throws IOException, InterruptedException {
    send("POST", "/v1/node-states", Map.of("events", List.of(event)));
  }

  private void send(String method, String path, Map<String, Object> body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(ports.ledgerUrl() + path))
            .header("Authorization", "Bearer " + state.operatorToken())
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(10))
            .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      children.requireAlive();
      try {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 == 2) {
          return;
        }
        if (answer.statusCode() / 100 == 4) {
          throw new ServeException("the ledger refused " + path + ": " + answer.body());
        }
      } catch (IOException e) {
        // Not listening yet.
      }
      if (System.nanoTime() > deadline) {
        throw new ServeException("the ledger did not start within " + PATIENCE.toSeconds() + " s");
      }
      Thread.sleep(200);
    }
  }
}
