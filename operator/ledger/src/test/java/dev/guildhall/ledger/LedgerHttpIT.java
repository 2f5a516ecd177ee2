package dev.guildhall.ledger;

import static dev.guildhall.ledger.fixtures.LedgerProcess.GATEWAY;
import static dev.guildhall.ledger.fixtures.LedgerProcess.OPERATOR;
import static dev.guildhall.ledger.fixtures.LedgerProcess.READER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.ledger.fixtures.Bodies;
import dev.guildhall.ledger.fixtures.Engine;
import dev.guildhall.ledger.fixtures.LedgerProcess;
import dev.guildhall.ledger.metrics.LedgerMetrics;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The calls of docs/architecture.md against the real process. */
class LedgerHttpIT {
  private static final String NOW = "2026-01-15T10:00:00.000000001Z";
  private static LedgerProcess ledger;

  @BeforeAll
  static void start() throws Exception {
    ledger = new LedgerProcess(Engine.H2);
    expect(200, OPERATOR, "PUT", "/v1/ratecards/standard", Bodies.card());
    expect(200, OPERATOR, "PUT", "/v1/tenants/acme", Bodies.tenant("\"0.01\""));
    expect(200, OPERATOR, "POST", "/v1/node-states", Bodies.node("n1", "node-a", NOW, 4));
  }

  @AfterAll
  static void stop() throws Exception {
    ledger.close();
  }

  @Test
  void aRequestIsReservedCommittedAndBilled() throws Exception {
    assertThat(expect(201, GATEWAY, "POST", "/v1/reservations", Bodies.reservation("r1")))
        .contains("\"reserved\":\"0.003\"", "\"expiresAt\":\"");
    String first =
        expect(200, GATEWAY, "POST", "/v1/reservations/r1/commit", Bodies.usage("u1", NOW));
    assertThat(first).isEqualTo("{\"charge\":\"0.003\",\"currency\":\"USD\",\"priced\":true}");
    assertThat(expect(200, GATEWAY, "POST", "/v1/reservations/r1/commit", Bodies.usage("u1", NOW)))
        .isEqualTo(first);

    String hour =
        "/v1/cost?from=2026-01-15T10:00:00.000000001Z&to=2026-01-15T11:00:00.000000001Z&decimals=2&group=";
    assertThat(expect(200, READER, "GET", hour + "tenant", null))
        .contains(
            "\"bill\":{\"gpuSeconds\":\"28800.000000000\",\"cost\":\"16.00\"}",
            "\"(idle)\"",
            "\"acme\"");
    assertThat(expect(200, READER, "GET", "/v1/node-states/latest", null))
        .contains("\"id\":\"n1\"", NOW);

    String metrics = ledger.management("/metrics").body();
    LedgerMetrics.ALL.forEach(
        metric -> assertThat(metrics).contains("# HELP " + metric.name() + " " + metric.help()));
    assertThat(metrics)
        .contains("guildhall_ledger_charge_total{currency=\"USD\",tenant=\"acme\"} 0.003");
  }

  @Test
  void anExhaustedBudgetIs402AndAReleaseFreesIt() throws Exception {
    String big = Bodies.reservation("big").replace("\"maxTokens\":1000", "\"maxTokens\":4000");
    String bigger =
        Bodies.reservation("bigger").replace("\"maxTokens\":1000", "\"maxTokens\":40000");
    expect(201, GATEWAY, "POST", "/v1/reservations", big.replace("acme", "acme"));
    assertThat(expect(402, GATEWAY, "POST", "/v1/reservations", bigger))
        .contains("\"code\":\"budget_exhausted\"", "monthly budget of 0.01");
    expect(204, GATEWAY, "DELETE", "/v1/reservations/big", null);
    assertThat(expect(200, READER, "GET", "/v1/tenants/acme/spend", null))
        .contains("\"monthlyBudget\":\"0.01\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "events[0].gpus      | \"gpus\":8,          | \"gpus\":-1,",
        "events[0].at        | 2026-01-15T10:00     | yesterday",
        "events[0].pool      | \"pool\":\"h800\",   | \"pool\":\" \",",
        "events[0].holdings  | \"gpus\":4           | \"gpus\":9",
        "events[0].holdings[0].state | serving      | sleeping",
        "events[0].pricePerGpuHour   | \"2.00\"     | \"2,00\"",
        "events[0].gpus      | \"gpus\":8           | \"gpus\":\"many\"",
        "events              | ]}]}                 | ]}"
      })
  void aBadNodeStateNamesItsField(String field, String good, String bad) throws Exception {
    String body = Bodies.node("bad", "node-b", NOW, 4).replace(good, bad);
    assertThat(expect(400, OPERATOR, "POST", "/v1/node-states", body))
        .contains("\"field\":\"" + field + "\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "usage.cachedTokens  | \"cachedTokens\":0     | \"cachedTokens\":1001",
        "usage.ranks         | \"ranks\":4            | \"ranks\":99999999",
        "usage.tenant        | \"tenant\":\"acme\",   | \"tenant\":\"\",",
        "usage.at            | 2026-01-15             | 2026-13-15",
        "usage               | usage                  | use"
      })
  void badUsageNamesItsField(String field, String good, String bad) throws Exception {
    String body = Bodies.usage("bad", NOW).replace(good, bad);
    assertThat(expect(400, GATEWAY, "POST", "/v1/reservations/rx/commit", body))
        .contains("\"field\":\"" + field + "\"");
  }

  @Test
  void otherBadInputIsAnsweredInTheSameShape() throws Exception {
    assertThat(expect(400, OPERATOR, "PUT", "/v1/ratecards/x", Bodies.card().replace("USD", "EUR")))
        .contains("this ledger accounts in USD");
    assertThat(
            expect(
                400,
                OPERATOR,
                "PUT",
                "/v1/ratecards/x",
                Bodies.card().replace("\"0.5\"", "\"1.5\"")))
        .contains("prices[0].cachedInputPerMillion");
    assertThat(expect(400, OPERATOR, "PUT", "/v1/tenants/x", Bodies.tenant("\"-1\"")))
        .contains("\"field\":\"monthlyBudget\"");
    assertThat(
            expect(
                400, READER, "GET", "/v1/cost?from=" + NOW + "&to=" + NOW + "&group=colour", null))
        .contains("none of pool, tenant");
    assertThat(
            expect(400, READER, "GET", "/v1/cost?from=" + NOW + "&to=2026-01-01T00:00:00Z", null))
        .contains("\"field\":\"to\"");
    assertThat(expect(404, GATEWAY, "DELETE", "/v1/reservations/none", null))
        .contains("reservation_unknown");
    assertThat(
            expect(409, OPERATOR, "POST", "/v1/node-states", Bodies.node("n1", "node-a", NOW, 5)))
        .contains("id_reused", "holdings was");
    expect(413, OPERATOR, "PUT", "/v1/ratecards/x", " ".repeat(5_000_000));
  }

  @Test
  void callersMayDoOnlyWhatTheirRoleAllows() throws Exception {
    assertThat(expect(403, READER, "POST", "/v1/reservations", Bodies.reservation("r9")))
        .contains("fin may not make this call; it needs writer-gateway");
    expect(403, GATEWAY, "PUT", "/v1/tenants/acme", Bodies.tenant("null"));
    expect(403, GATEWAY, "GET", "/v1/cost?from=" + NOW + "&to=" + NOW, null);
    expect(401, "wrong", "GET", "/v1/cost?from=" + NOW + "&to=" + NOW, null);
  }

  private static String expect(int status, String token, String method, String path, String body)
      throws Exception {
    HttpResponse<String> response = ledger.call(token, method, path, body);
    assertThat(response.statusCode())
        .as(method + " " + path + ": " + response.body())
        .isEqualTo(status);
    return response.body();
  }
}
