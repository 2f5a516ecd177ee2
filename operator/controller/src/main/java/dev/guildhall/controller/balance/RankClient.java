package dev.guildhall.controller.balance;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.controller.kube.PodHttp;
import java.io.IOException;
import java.util.Optional;

/** Asks a rank for its experts over its port of probes and metrics. */
final class RankClient {
  /** 128 layers of 4096 experts, 19 digits each. */
  private static final long MOST_BYTES = 12 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final PodHttp http = new PodHttp();

  /**
   * What the rank at an address says; empty if it does not answer in time or in other words.
   *
   * @param address host and port
   */
  Optional<RankExperts> ask(String address) {
    return http.get(address, "/experts", MOST_BYTES).flatMap(RankClient::read);
  }

  private static Optional<RankExperts> read(byte[] body) {
    try {
      return Optional.of(JSON.readValue(body, RankExperts.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
