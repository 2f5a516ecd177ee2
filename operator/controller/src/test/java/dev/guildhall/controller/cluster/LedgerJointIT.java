package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.devcluster.Level;
import dev.guildhall.devcluster.Options;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The packaged operator and the packaged ledger, and what one knows of the other. */
@Tag("cluster")
class LedgerJointIT {

  private static Site site;
  private static Books books;
  private static PackagedApp operator;

  @RegisterExtension final Quickstart quickstart = Quickstart.on(() -> site.cluster());

  @BeforeAll
  static void start() throws Exception {
    site = new Site(Options.of(Level.SCHEDULED));
    books = new Books();
    var settings = new HashMap<>(site.connection());
    settings.putAll(books.settings());
    settings.put("guildhall.operator.leader-election", "false");
    operator = new PackagedApp("operator/controller", "/livez", settings);
  }

  @AfterAll
  static void stop() {
    try (var _ = site;
        var _ = books;
        var _ = operator) {
      assertThat(Rights.denied(site.cluster())).isEmpty();
    }
  }

  @Test
  void everyGpuIsToldWithItsHolderAndItsPrice() throws InterruptedException {
    Eventually.holds(() -> assertThat(NodeTimes.gpus(books.latest(), "serving")).isEqualTo(4));
    var state = books.latest();
    assertThat(state.path("gpus").asInt()).isEqualTo(8);
    assertThat(NodeTimes.gpus(state, "idle")).isEqualTo(4);
    var holder = holder(state, "serving");
    assertThat(holder.path("tenant").asText()).isEqualTo("acme");
    assertThat(holder.path("model").asText()).isEqualTo("small-v3");
    assertThat(holder.path("group").asText()).isEqualTo("small-v3-unified-0");
    assertThat(new BigDecimal(state.path("pricePerGpuHour").asText())).isEqualByComparingTo("2");
    price("2.50");
    Eventually.holds(
        () ->
            assertThat(new BigDecimal(books.latest().path("pricePerGpuHour").asText()))
                .isEqualByComparingTo("2.5"));
  }

  @Test
  void tenantAndRateCardAreInForceInTheLedger() throws InterruptedException {
    Eventually.holds(
        () ->
            assertThat(
                    site.cluster()
                        .kubectl("get", "tenant/acme", "-o", "jsonpath={.status.spend.left}"))
                .isNotEmpty());
    var id = "request-" + System.nanoTime();
    books.post(
        "/v1/reservations",
        Books.GATEWAY,
        """
        {"id": "%s", "tenant": "acme", "key": "acme/default", "model": "small-v3",
         "promptTokens": 1000, "maxTokens": 100, "ttlSeconds": 60}"""
            .formatted(id));
    var answer =
        books.post(
            "/v1/reservations/" + id + "/commit",
            Books.GATEWAY,
            """
            {"usage": {"id": "%s", "tenant": "acme", "key": "acme/default", "model": "small-v3",
              "deployment": "quickstart/small-v3", "group": "small-v3-unified-0", "at": "%s",
              "promptTokens": 1000, "cachedTokens": 400, "completionTokens": 100,
              "prefillNanos": 1000, "decodeNanos": 1000, "ranks": 4, "outcome": "stop"}}"""
                .formatted(id, Instant.now()));
    // 600 at 0.27, 400 at 0.07 and 100 at 1.10 per million.
    assertThat(new BigDecimal(answer.path("charge").asText())).isEqualByComparingTo("0.0003");
    site.cluster().kubectl("annotate", "tenant/acme", "--overwrite", "someone/else=" + id);
    Eventually.holds(
        () -> {
          var spend = books.get("/v1/tenants/acme/spend");
          assertThat(
                  site.cluster()
                      .kubectl("get", "tenant/acme", "-o", "jsonpath={.status.spend.left}"))
              .isEqualTo(spend.path("left").asText());
        });
  }

  @Test
  void aReportsTotalIsTheLedgersBillAndItsRowsAddUpToIt() throws InterruptedException {
    var to = Instant.now();
    var from = to.minus(Duration.ofHours(1));
    var yaml =
        """
        apiVersion: guildhall.dev/v1alpha1
        kind: CostReport
        metadata: {name: hour, namespace: guildhall-system}
        spec:
          period: {from: "%s", to: "%s"}
          groupBy: [Tenant, Model]
          pool: local
        """
            .formatted(from, to);
    site.cluster().apply(yaml);
    var answer = books.cost(from, to, "tenant,model");
    var bill = answer.at("/bill/cost").asText();
    Eventually.holds(
        () ->
            assertThat(system("costreport/hour", "{.status.total}"))
                .isEqualTo(bill + " " + answer.path("currency").asText()));
    assertThat(new BigDecimal(bill)).isPositive();
    var lines = system("configmap/hour", "{.data.statement\\.csv}").split("\n");
    assertThat(lines[0]).startsWith("tenant,model,gpuSeconds,cost,");
    assertThat(lines).hasSize(answer.path("rows").size() + 2);
    var sum = BigDecimal.ZERO;
    for (int i = 1; i < lines.length - 1; i++) {
      sum = sum.add(new BigDecimal(lines[i].split(",")[3]));
    }
    assertThat(sum).isEqualByComparingTo(bill);
    assertThat(lines[lines.length - 1]).startsWith("total,,").contains("," + bill + ",");
  }

  @Test
  void aLedgerKilledForAWhileMissesAndDoublesNothing() throws InterruptedException, Exception {
    settled();
    books.kill();
    scale(2);
    Eventually.holds(() -> assertThat(kept().gpusLast("serving")).isEqualTo(8));
    Eventually.holds(
        () ->
            assertThat(quickstart.condition("gpunodepool/local", "Ready", "reason"))
                .isEqualTo("LedgerUnavailable"));
    scale(1);
    Eventually.holds(() -> assertThat(kept().gpusLast("idle")).isEqualTo(4));
    var kept = kept();
    books.start();
    booked(kept);
  }

  @Test
  void anOperatorKilledDuringTheOutageLosesNothing() throws Exception {
    settled();
    books.kill();
    scale(2);
    Eventually.holds(() -> assertThat(kept().gpusLast("serving")).isEqualTo(8));
    var before = kept();
    operator.kill();
    operator.start();
    scale(1);
    Eventually.holds(
        () -> {
          assertThat(kept().events().size()).isGreaterThan(before.events().size());
          assertThat(kept().gpusLast("idle")).isEqualTo(4);
        });
    var kept = kept();
    assertThat(kept.ids()).startsWith(before.ids().toArray(String[]::new)).doesNotHaveDuplicates();
    books.start();
    booked(kept);
    assertThat(Rights.used(quickstart.operatorEvents(0))).contains(Rights.JOURNAL_LIST);
  }

  @Test
  void aRestartedOperatorRepeatsNothing() throws Exception {
    settled();
    var last = books.latest().path("id").asText();
    operator.stop();
    long mark = site.cluster().auditLog().mark();
    operator.start();
    Eventually.holds(
        () ->
            assertThat(quickstart.operatorEvents(mark))
                .filteredOn(e -> e.resource().equals("nodes") && e.verb().equals("list"))
                .hasSizeGreaterThan(2));
    scale(0);
    Eventually.holds(() -> assertThat(NodeTimes.gpus(books.latest(), "idle")).isEqualTo(8));
    assertThat(books.count("repeated")).isZero();
    assertThat(last).isNotEqualTo(books.latest().path("id").asText());
  }

  @Test
  void whatIsDeletedIsBilledAndShownNoLonger() throws InterruptedException {
    settled();
    assertThat(operator.metrics())
        .contains("guildhall_pool_gpus{pool=\"local\"")
        .contains("guildhall_deployment_ready{deployment=\"small-v3\"");
    quickstart.kubectl("delete", Quickstart.DEPLOYMENT);
    site.cluster().kubectl("delete", "gpunodepool/local");
    Eventually.holds(() -> assertThat(books.latest().path("gpus").asInt()).isZero());
    Eventually.holds(
        () ->
            assertThat(operator.metrics())
                .doesNotContain("guildhall_pool_gpus{", "guildhall_deployment_ready{"));
    site.cluster().apply(Samples.POOL);
    Eventually.holds(() -> assertThat(books.latest().path("gpus").asInt()).isEqualTo(8));
  }

  /** What was kept is in the books to the nanosecond, once, and kept no longer. */
  private void booked(NodeTimes kept) throws InterruptedException {
    Eventually.holds(() -> assertThat(kept().events()).isEmpty());
    assertThat(books.count("written")).isEqualTo(kept.events().size());
    assertThat(books.count("repeated")).isZero();
    assertThat(books.count("shifted")).isZero();
    assertThat(books.latest().path("id").asText()).isEqualTo(kept.ids().getLast());
    var cost = books.cost(kept.first(), kept.last(), "state");
    var byState = new TreeMap<String, BigDecimal>();
    cost.path("rows")
        .forEach(
            row ->
                byState.put(
                    row.at("/group/state").asText(),
                    new BigDecimal(row.path("gpuSeconds").asText())));
    assertThat(byState)
        .usingRecursiveComparison()
        .withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
        .isEqualTo(new TreeMap<>(kept.gpuSeconds()));
    assertThat(new BigDecimal(cost.at("/bill/gpuSeconds").asText()))
        .isEqualByComparingTo(
            BigDecimal.valueOf(Duration.between(kept.first(), kept.last()).toNanos(), 9)
                .multiply(BigDecimal.valueOf(8)));
  }

  private void settled() throws InterruptedException {
    Eventually.holds(
        () -> {
          assertThat(NodeTimes.gpus(books.latest(), "serving")).isEqualTo(4);
          assertThat(NodeTimes.gpus(books.latest(), "idle")).isEqualTo(4);
        });
  }

  private void scale(int groups) {
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=" + groups);
  }

  private void price(String perGpuHour) {
    site.cluster()
        .kubectl(
            "patch",
            "gpunodepool/local",
            "--type=merge",
            "-p",
            "{\"spec\":{\"pricePerGpuHour\":\"%s\"}}".formatted(perGpuHour));
  }

  private static String system(String what, String path) {
    return site.cluster()
        .kubectl("-n", "guildhall-system", "get", what, "-o", "jsonpath=" + path)
        .strip();
  }

  private static NodeTimes kept() {
    return NodeTimes.kept(site.cluster());
  }

  private static JsonNode holder(JsonNode event, String state) {
    for (var holding : event.path("holdings")) {
      if (holding.path("state").asText().equals(state)) {
        return holding;
      }
    }
    throw new AssertionError("nobody holds GPUs that are " + state + ": " + event);
  }
}
