package dev.guildhall.gateway.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.gateway.GatewayMetrics;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The ledger's HTTP API, as far as the gateway uses it. Every call is one attempt; who calls
 * decides about the next.
 */
final class LedgerClient implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final String base;
  private final Optional<Path> tokenFile;
  private final GatewayMetrics metrics;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  /**
   * The ledger's answer.
   *
   * @param status HTTP status
   * @param body parsed, or a missing node when it is not JSON
   */
  record Answer(int status, JsonNode body) {
    boolean ok() {
      return status / 100 == 2;
    }
  }

  /**
   * Makes no connection yet.
   *
   * @param base address without a path
   * @param tokenFile read for every call, since projected tokens rotate
   */
  LedgerClient(String base, Optional<Path> tokenFile, GatewayMetrics metrics) {
    this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    this.tokenFile = tokenFile;
    this.metrics = metrics;
  }

  Answer reserve(Reservation reservation, Duration timeout) throws IOException {
    return call("reserve", "POST", "/v1/reservations", JSON.valueToTree(reservation), timeout);
  }

  Answer commit(UsageEvent usage) throws IOException {
    JsonNode body = JSON.valueToTree(Map.of("usage", usage));
    return call(
        "commit", "POST", "/v1/reservations/" + encode(usage.id()) + "/commit", body, TIMEOUT);
  }

  Answer release(String id) throws IOException {
    return call("release", "DELETE", "/v1/reservations/" + encode(id), null, TIMEOUT);
  }

  /** The charge in the answer to a commit; empty when the ledger has no price. */
  static Optional<Charge> charge(Answer answer) {
    String amount = answer.body.path("charge").asText("");
    if (!answer.ok() || !amount.matches("-?[0-9]+(\\.[0-9]+)?")) {
      return Optional.empty();
    }
    return Optional.of(new Charge(new BigDecimal(amount), answer.body.path("currency").asText("")));
  }

  private Answer call(String name, String method, String path, JsonNode body, Duration timeout)
      throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout);
    request.method(
        method,
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (tokenFile.isPresent()) {
      request.header("Authorization", "Bearer " + Files.readString(tokenFile.get()).strip());
    }
    long start = System.nanoTime();
    String result = "failed";
    try {
      HttpResponse<byte[]> response = send(request.build(), timeout);
      Answer answer = new Answer(response.statusCode(), parse(response.body()));
      result = answer.ok() ? "ok" : answer.status() < 500 ? "refused" : "failed";
      return answer;
    } finally {
      metrics.count(GatewayMetrics.LEDGER_CALLS, name, result);
      metrics.observe(GatewayMetrics.COMMIT_SECONDS, (System.nanoTime() - start) / 1e9, name);
    }
  }

  /** The client's own timeout ends with the head of the answer; this one covers its body too. */
  private HttpResponse<byte[]> send(HttpRequest request, Duration timeout) throws IOException {
    var answer = http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no whole answer within " + timeout, e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().toString(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      answer.cancel(true);
    }
  }

  private static JsonNode parse(byte[] body) {
    try {
      JsonNode node = JSON.readTree(body);
      return node == null ? JSON.missingNode() : node;
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  private static String encode(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
