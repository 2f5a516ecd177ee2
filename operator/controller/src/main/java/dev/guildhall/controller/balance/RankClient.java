package dev.guildhall.controller.balance;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Asks a rank for its experts over its port of probes and metrics. */
final class RankClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** 128 layers of 4096 experts, 19 digits each. */
  private static final long MOST_BYTES = 12 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  /**
   * What the rank at an address says; empty if it does not answer in time or in other words.
   *
   * @param address host and port
   */
  Optional<RankExperts> ask(String address) {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/experts"))
            .timeout(TIMEOUT)
            .build();
    try {
      var response =
          http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
      return response.statusCode() == 200
          ? Optional.of(JSON.readValue(response.body(), RankExperts.class))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
