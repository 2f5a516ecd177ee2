package dev.guildhall.ledger;

import static dev.guildhall.ledger.fixtures.LedgerProcess.GATEWAY;
import static dev.guildhall.ledger.fixtures.LedgerProcess.OPERATOR;
import static dev.guildhall.ledger.fixtures.LedgerProcess.READER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.ledger.fixtures.Bodies;
import dev.guildhall.ledger.fixtures.Engine;
import dev.guildhall.ledger.fixtures.LedgerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients write and repeat what was not answered while the process is killed again and again; then
 * everything is counted.
 */
class KilledLedgerIT {
  private static final int CLIENTS = 4;
  private static final int REQUESTS = 30;
  private static final int KILLS = 3;

  @ParameterizedTest
  @EnumSource(Engine.class)
  void nothingIsLostOrDoubled(Engine engine) throws Exception {
    try (LedgerProcess ledger = new LedgerProcess(engine)) {
      send(ledger, OPERATOR, "PUT", "/v1/ratecards/standard", Bodies.card());
      send(ledger, OPERATOR, "PUT", "/v1/tenants/acme", Bodies.tenant("null"));
      AtomicInteger done = new AtomicInteger();
      List<Future<?>> clients = new ArrayList<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
        for (int client = 0; client < CLIENTS; client++) {
          String name = "c" + client;
          clients.add(threads.submit(() -> write(ledger, name, done)));
        }
        Random random = new Random(7);
        for (int kill = 1; kill <= KILLS; kill++) {
          while (done.get() < CLIENTS * REQUESTS * kill / (KILLS + 1)) {
            TimeUnit.MILLISECONDS.sleep(5);
          }
          TimeUnit.MILLISECONDS.sleep(random.nextInt(30));
          ledger.kill();
          ledger.start();
        }
        for (Future<?> client : clients) {
          client.get();
        }
      }
      ledger.kill();
      ledger.start();
      count(ledger);
    }
  }

  private static void count(LedgerProcess ledger) throws Exception {
    ObjectMapper json = new ObjectMapper();
    String period = "/v1/cost?from=2026-01-15T10:00:00Z&to=2026-01-15T11:00:00Z&group=tenant";
    JsonNode cost = json.readTree(send(ledger, READER, "GET", period, null));
    assertThat(cost.at("/total/requests").asInt()).isEqualTo(CLIENTS * REQUESTS);
    assertThat(cost.at("/total/outputTokens").asInt()).isEqualTo(CLIENTS * REQUESTS * 1000);
    assertThat(cost.at("/total/charge").asText()).isEqualTo("0.360000");
    // Each node's first event is 10 minutes into the hour, so 50 minutes of 8 GPUs are covered.
    assertThat(cost.at("/bill/gpuSeconds").asText()).isEqualTo(CLIENTS * 8 * 3000 + ".000000000");
    JsonNode spend = json.readTree(send(ledger, READER, "GET", "/v1/tenants/acme/spend", null));
    assertThat(spend.at("/reserved").asText()).isEqualTo("0");
    JsonNode latest = json.readTree(send(ledger, READER, "GET", "/v1/node-states/latest", null));
    assertThat(latest.at("/events")).hasSize(CLIENTS);
    latest
        .at("/events")
        .forEach(event -> assertThat(event.at("/id").asText()).endsWith("-" + (REQUESTS - 1)));
  }

  private static Void write(LedgerProcess ledger, String client, AtomicInteger done)
      throws Exception {
    for (int i = 0; i < REQUESTS; i++) {
      String id = client + "-" + i;
      String at = "2026-01-15T10:10:00.%09dZ".formatted(i);
      send(ledger, GATEWAY, "POST", "/v1/reservations", Bodies.reservation("r" + id));
      send(
          ledger,
          OPERATOR,
          "POST",
          "/v1/node-states",
          Bodies.node("n" + id, client, at, i % 9 == 0 ? 1 : i % 9));
      send(
          ledger,
          GATEWAY,
          "POST",
          "/v1/reservations/r" + id + "/commit",
          Bodies.usage("u" + id, at));
      done.incrementAndGet();
    }
    return null;
  }

  /** Sends until there is an answer, as every caller of the ledger does. */
  private static String send(
      LedgerProcess ledger, String token, String method, String path, String body)
      throws Exception {
    while (true) {
      try {
        HttpResponse<String> response = ledger.call(token, method, path, body);
        if (response.statusCode() != 503) {
          assertThat(response.statusCode()).as(path + ": " + response.body()).isBetween(200, 204);
          return response.body();
        }
      } catch (IOException killed) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }
}
