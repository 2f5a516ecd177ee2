package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/** The real ledger on its embedded database, with a token for each kind of caller. */
final class Books implements AutoCloseable {

  static final String GATEWAY = "token-of-the-gateway";
  static final String READER = "token-of-the-reader";

  private static final String OPERATOR = "token-of-the-operator";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path operatorToken;
  private final PackagedApp app;

  Books() throws IOException, InterruptedException {
    var folder = Files.createTempDirectory("guildhall-books");
    operatorToken = Files.writeString(folder.resolve("operator-token"), OPERATOR);
    var tokens =
        Files.writeString(
            folder.resolve("tokens"),
            "gw:writer-gateway:%s%nop:writer-operator:%s%nfin:reader:%s%n"
                .formatted(GATEWAY, OPERATOR, READER));
    app =
        new PackagedApp(
            "operator/ledger",
            "/q/health",
            Map.of(
                "guildhall.ledger.auth",
                "token-file:" + tokens,
                "guildhall.ledger.data",
                folder.resolve("data").toString()));
  }

  /** What an operator that writes in these books is configured with. */
  Map<String, String> settings() {
    return Map.of(
        "guildhall.operator.ledger-url", app.url(),
        "guildhall.operator.ledger-token-file", operatorToken.toString());
  }

  void kill() {
    app.kill();
  }

  void start() throws IOException, InterruptedException {
    app.start();
  }

  JsonNode get(String path) {
    return call(app.url() + path, READER, null);
  }

  JsonNode post(String path, String token, String body) {
    return call(app.url() + path, token, body);
  }

  /** A pool's bill and rows of a period. */
  JsonNode cost(Instant from, Instant to, String group) {
    return get("/v1/cost?pool=local&from=%s&to=%s&group=%s".formatted(from, to, group));
  }

  /** The last node state of the node there is. */
  JsonNode latest() {
    var events = get("/v1/node-states/latest?pool=local").path("events");
    assertThat(events).hasSize(1);
    return events.get(0);
  }

  /** How many node states had this result since the ledger started. */
  int count(String result) {
    var pattern =
        Pattern.compile(
            "guildhall_ledger_events_total\\{kind=\"node-state\",result=\"%s\"} ([0-9.]+)"
                .formatted(result));
    var matcher = pattern.matcher(app.metrics());
    return matcher.find() ? (int) Double.parseDouble(matcher.group(1)) : 0;
  }

  private JsonNode call(String url, String token, String body) {
    try {
      return JSON.readTree(send(url, token, body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String send(String url, String token, String body) {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json");
    if (body != null) {
      request.POST(BodyPublishers.ofString(body));
    }
    try {
      var answer = http.send(request.build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s: %s", url, answer.body()).isBetween(200, 299);
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    app.close();
    http.close();
  }
}
