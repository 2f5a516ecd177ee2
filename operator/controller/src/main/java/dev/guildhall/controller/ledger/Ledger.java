package dev.guildhall.controller.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.controller.OperatorConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;

/**
 * Calls of the ledger, whose contract is in docs/architecture.md. The token is read anew for each
 * call, because the kubelet replaces it. Nothing that serves depends on an answer.
 */
@ApplicationScoped
public class Ledger {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OperatorConfig config;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  Ledger(OperatorConfig config) {
    this.config = config;
  }

  /** Whether there is a ledger at all. */
  public boolean isConfigured() {
    return config.ledgerUrl().filter(url -> !url.isBlank()).isPresent();
  }

  /**
   * Writes a resource; the same again changes nothing.
   *
   * @throws LedgerRefusedException if the ledger will never take it
   * @throws LedgerUnavailableException if it may later
   */
  public JsonNode put(String path, Object body) {
    return send(request(path).PUT(BodyPublishers.ofString(json(body))));
  }

  /**
   * Sends events; an event with a known id is written once.
   *
   * @throws LedgerRefusedException if the ledger will never take it
   * @throws LedgerUnavailableException if it may later
   */
  public JsonNode post(String path, Object body) {
    return send(request(path).POST(BodyPublishers.ofString(json(body))));
  }

  /**
   * Reads.
   *
   * @throws LedgerRefusedException if the ledger does not know it
   * @throws LedgerUnavailableException if it may later
   */
  public JsonNode get(String path) {
    return send(request(path).GET());
  }

  private HttpRequest.Builder request(String path) {
    var url =
        config
            .ledgerUrl()
            .orElseThrow(() -> new LedgerUnavailableException("no ledger is configured", null));
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json");
    config
        .ledgerTokenFile()
        .filter(file -> !file.toString().isBlank())
        .ifPresent(file -> request.header("Authorization", "Bearer " + read(file)));
    return request;
  }

  private static String read(java.nio.file.Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new LedgerUnavailableException(
          "cannot read the token for the ledger: " + e.getMessage(), e);
    }
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      var response = http.send(request.build(), BodyHandlers.ofString());
      int status = response.statusCode();
      if (status / 100 == 2) {
        return response.body().isBlank() ? JSON.nullNode() : JSON.readTree(response.body());
      }
      var said = "the ledger answered %d: %s".formatted(status, message(response.body()));
      if (status == 400 || status == 404 || status == 409) {
        throw new LedgerRefusedException(status, said);
      }
      throw new LedgerUnavailableException(said, null);
    } catch (IOException e) {
      throw new LedgerUnavailableException("the ledger does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailableException("interrupted", e);
    }
  }

  private static String message(String body) {
    try {
      return JSON.readTree(body).path("error").path("message").asText(body);
    } catch (JsonProcessingException e) {
      return body;
    }
  }

  private static String json(Object body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
