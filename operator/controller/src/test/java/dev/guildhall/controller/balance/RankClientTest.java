package dev.guildhall.controller.balance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RankClientTest {
  private HttpServer server;
  private volatile String body;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/experts",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          try (exchange;
              var out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private java.util.Optional<RankExperts> ask() {
    return new RankClient().ask("127.0.0.1:" + server.getAddress().getPort());
  }

  @Test
  void readsWhatARankSays() {
    body = "{\"placement\":3,\"pauseSeconds\":0.5,\"problem\":\"\",\"tokens\":[[1,2],[3,4]]}";
    assertThat(ask())
        .hasValueSatisfying(
            r -> {
              assertThat(r.placement()).isEqualTo(3);
              assertThat(r.pauseSeconds()).isEqualTo(0.5);
              assertThat(r.tokens()).isDeepEqualTo(new long[][] {{1, 2}, {3, 4}});
            });
  }

  @Test
  void nonsenseFloodsAndSilenceAreNoAnswer() {
    body = "<html>";
    assertThat(ask()).isEmpty();
    body = " ".repeat(13 << 20);
    assertThat(ask()).isEmpty();
    server.stop(0);
    assertThat(ask()).isEmpty();
  }
}
