package dev.guildhall.controller.cluster;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** The pages that pods at an address serve, metrics first, as a test says them. */
final class PlayedPage implements AutoCloseable {
  private final HttpServer server;

  /**
   * @param address one of 127.0.0.0/8 that is nobody else's; all of them are this machine
   * @param page asked each time that somebody reads it
   */
  PlayedPage(String address, Supplier<String> page) throws IOException {
    server = HttpServer.create(new InetSocketAddress(address, 9090), 0);
    at("/metrics", page);
    server.start();
  }

  /** Another page of theirs. */
  void at(String path, Supplier<String> page) {
    server.createContext(
        path,
        exchange -> {
          var body = page.get().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          try (var out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
