package dev.guildhall.engine.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * {@code /livez}, {@code /readyz}, {@code /metrics}, {@code /experts} and {@code /group}; says
 * nothing about requests. A thread per connection: clients that send their requests slowly must not
 * keep a probe from its answer.
 */
final class OperationsServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("ops-", 0).factory());

  /**
   * @param notReadyBecause empty: ready
   * @param experts JSON, see {@link ExpertReport}
   * @param group JSON, see {@link GroupReport}
   */
  OperationsServer(
      InetSocketAddress address,
      BooleanSupplier alive,
      Supplier<String> notReadyBecause,
      Supplier<String> experts,
      Supplier<String> group,
      PrometheusRegistry registry)
      throws IOException {
    server = HttpServer.create(address, 16);
    server.setExecutor(threads);
    server.createContext(
        "/livez", exchange -> answer(exchange, alive.getAsBoolean() ? "" : "the runtime stopped"));
    server.createContext("/readyz", exchange -> answer(exchange, notReadyBecause.get()));
    server.createContext("/experts", exchange -> json(exchange, experts));
    server.createContext("/group", exchange -> json(exchange, group));
    ExpositionFormats formats = ExpositionFormats.init();
    server.createContext(
        "/metrics",
        exchange -> {
          String accept = exchange.getRequestHeaders().getFirst("Accept");
          ExpositionFormatWriter writer = formats.findWriter(accept);
          ByteArrayOutputStream body = new ByteArrayOutputStream();
          writer.write(body, registry.scrape());
          send(exchange, 200, writer.getContentType(), body.toByteArray());
        });
    server.start();
  }

  /** For a process that is alive and not ready. */
  static OperationsServer notReady(InetSocketAddress address, String because) throws IOException {
    return new OperationsServer(
        address, () -> true, () -> because, () -> "{}", () -> "{}", new PrometheusRegistry());
  }

  /** Where a rank of these options is asked; without TLS only from this machine. */
  static InetSocketAddress address(RankOptions options, int port) {
    return options.tlsDir() == null
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
        : new InetSocketAddress(port);
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, String problem) throws IOException {
    String body = problem.isEmpty() ? "ok\n" : problem + "\n";
    send(exchange, problem.isEmpty() ? 200 : 503, TEXT, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void json(HttpExchange exchange, Supplier<String> page) throws IOException {
    send(exchange, 200, "application/json", page.get().getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
