package dev.guildhall.gateway.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * The ledger's HTTP API in memory: idempotent, one dollar per million tokens, no budget for the
 * tenant {@code poor}.
 */
public final class FakeLedger implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Map<String, JsonNode> reservations = new ConcurrentHashMap<>();
  private final Map<String, JsonNode> usage = new ConcurrentHashMap<>();
  private final List<String> released = new CopyOnWriteArrayList<>();
  private final List<String> commits = new CopyOnWriteArrayList<>();
  private final List<String> conflicts = new CopyOnWriteArrayList<>();
  private volatile boolean down;
  private volatile boolean losesAnswers;

  public FakeLedger() throws IOException {
    this(0);
  }

  public FakeLedger(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/reservations", this::handle);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** Answers 503 to everything. */
  public void down(boolean value) {
    down = value;
  }

  /** Takes commits and then fails to say so. */
  public void losesAnswers(boolean value) {
    losesAnswers = value;
  }

  public Map<String, JsonNode> reservations() {
    return reservations;
  }

  /** Committed events by id. */
  public Map<String, JsonNode> usage() {
    return usage;
  }

  /** Ids of all commits, repeated ones too. */
  public List<String> commits() {
    return commits;
  }

  public List<String> released() {
    return released;
  }

  /** Ids that were committed again with other contents: a bug of the caller. */
  public List<String> conflicts() {
    return conflicts;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (down) {
        answer(exchange, 503, "{}");
        return;
      }
      String[] path = exchange.getRequestURI().getPath().split("/");
      if (exchange.getRequestMethod().equals("DELETE")) {
        released.add(path[3]);
        answer(exchange, 200, "{}");
      } else if (path.length == 5) {
        commit(exchange, JSON.readTree(body).path("usage"));
      } else {
        reserve(exchange, JSON.readTree(body));
      }
    }
  }

  private void reserve(HttpExchange exchange, JsonNode reservation) throws IOException {
    if (reservation.path("tenant").asText().equals("poor")) {
      answer(exchange, 402, "{\"error\":{\"code\":\"budget_exhausted\"}}");
      return;
    }
    reservations.put(reservation.path("id").asText(), reservation);
    answer(exchange, 201, "{}");
  }

  private void commit(HttpExchange exchange, JsonNode event) throws IOException {
    commits.add(event.path("id").asText());
    JsonNode before = usage.putIfAbsent(event.path("id").asText(), event);
    if (before != null && !before.equals(event)) {
      conflicts.add(event.path("id").asText());
    }
    BigDecimal tokens =
        BigDecimal.valueOf(
            event.path("promptTokens").asLong() + event.path("completionTokens").asLong());
    answer(
        exchange,
        losesAnswers ? 503 : 200,
        "{\"charge\":\"" + tokens.movePointLeft(6).toPlainString() + "\",\"currency\":\"USD\"}");
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
