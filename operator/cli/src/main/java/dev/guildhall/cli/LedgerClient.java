package dev.guildhall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Calls a ledger as one of its callers. Closing it closes what leads to the ledger, a port-forward
 * for instance.
 */
public final class LedgerClient implements Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final URI ledger;
  private final String token;
  private final Closeable way;

  /**
   * A client of the ledger at an address.
   *
   * @param ledger such as {@code http://127.0.0.1:8080}
   * @param token the caller's bearer token
   * @param way closed with this client
   */
  public LedgerClient(URI ledger, String token, Closeable way) {
    if (!token.matches("[\\x21-\\x7e]+")) {
      // The token itself is a secret and stays out of the message.
      throw new IllegalArgumentException("the ledger's token must be one line without blanks");
    }
    this.ledger = ledger;
    this.token = token;
    this.way = way;
  }

  /**
   * Makes a call.
   *
   * @param method {@code GET}, {@code PUT}, {@code POST} or {@code DELETE}
   * @param path with its query, such as {@code /v1/tenants/acme/spend}
   * @param body sent as JSON; null for none
   * @return the answer; a missing node when it is empty
   * @throws LedgerCallException with the ledger's words when it refuses
   */
  public JsonNode call(String method, String path, JsonNode body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(ledger.resolve(path))
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<String> response;
    try {
      response = client.send(request, BodyHandlers.ofString());
    } catch (ConnectException e) {
      throw new IOException("no ledger answers at " + ledger, e);
    }
    if (response.statusCode() / 100 != 2) {
      throw new LedgerCallException(ledger, response.statusCode(), response.body());
    }
    return response.body().isEmpty() ? JSON.missingNode() : JSON.readTree(response.body());
  }

  @Override
  public void close() throws IOException {
    client.close();
    way.close();
  }
}
