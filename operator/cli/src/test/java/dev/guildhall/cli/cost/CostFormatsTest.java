package dev.guildhall.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The formats of an answer that a ledger gave. */
class CostFormatsTest {
  private JsonNode answer;

  @BeforeEach
  void read() throws Exception {
    try (InputStream json = getClass().getResourceAsStream("/cost/answer.json")) {
      answer = new ObjectMapper().readTree(json);
    }
  }

  @Test
  void aTableShowsUnitsATotalAndTheEqualBill() {
    String table = new CostTable(answer).text();
    assertThat(table).contains("GPU time (GPU-s)", "Cost (USD)", "Input (tokens)", "(idle)");
    List<String> lines = table.lines().toList();
    String total = lines.get(lines.size() - 2);
    String bill = lines.getLast();
    assertThat(total).startsWith("total");
    assertThat(bill).startsWith("pool bill");
    assertThat(bill.replace("pool bill", "").strip().split("\\s+"))
        .isEqualTo(Arrays.copyOf(total.replace("total", "").strip().split("\\s+"), 2));
  }

  @Test
  void jsonRowsAreFlatAndAddUpToTheBill() throws Exception {
    JsonNode json = new ObjectMapper().readTree(CostJson.text(answer));
    BigDecimal sum = BigDecimal.ZERO;
    for (JsonNode row : json.path("rows")) {
      sum = sum.add(new BigDecimal(row.path("cost").asText()));
    }
    assertThat(sum).isEqualByComparingTo(json.path("bill").asText()).isPositive();
    assertThat(json.at("/rows/1/tenant").asText()).isEqualTo("acme");
    assertThat(json.at("/units/cost").asText()).isEqualTo("USD");
  }

  @Test
  void csvQuotesWhatNeedsIt() {
    assertThat(Csv.line(List.of("a,b", "say \"x\"", "plain")))
        .isEqualTo("\"a,b\",\"say \"\"x\"\"\",plain\r\n");
    assertThat(Csv.of(answer))
        .startsWith(
            "pool,tenant,model,deployment,role,state,kind,key,gpuSeconds (GPU-s),cost (USD)");
  }

  @Test
  void focusHasOneSkuPerKindOfTokenAndItsCostsAddUpToTheBill() {
    List<List<String>> rows = Focus.csv(answer).lines().map(CostFormatsTest::fields).toList();
    List<String> heading = rows.getFirst();
    assertThat(heading.stream().filter(c -> !c.startsWith("x_"))).isSorted();
    assertThat(column(rows, "SkuMeter"))
        .contains("Input Tokens", "Cache Read Input Tokens", "Output Tokens", "Idle Capacity");
    assertThat(sum(column(rows, "BilledCost")))
        .isEqualByComparingTo(answer.at("/bill/cost").asText());
    assertThat(sum(column(rows, "x_Charge")))
        .isEqualByComparingTo(answer.at("/total/charge").asText());
    assertThat(column(rows, "BillingPeriodStart")).containsOnly("2026-11-01T00:00:00Z");
    assertThat(column(rows, "BillingPeriodEnd")).containsOnly("2026-12-01T00:00:00Z");
  }

  @Test
  void focusSplitRatiosAddUpToOne() {
    List<List<String>> rows = Focus.csv(answer).lines().map(CostFormatsTest::fields).toList();
    BigDecimal sum = BigDecimal.ZERO;
    for (String details : column(rows, "AllocatedMethodDetails")) {
      if (!details.isEmpty()) {
        sum = sum.add(new BigDecimal(details.replaceAll(".*\"AllocatedRatio\":([0-9.]+).*", "$1")));
      }
    }
    assertThat(sum).isEqualByComparingTo("1");
  }

  private static List<String> column(List<List<String>> rows, String name) {
    int index = rows.getFirst().indexOf(name);
    return rows.stream().skip(1).map(row -> row.get(index)).toList();
  }

  private static BigDecimal sum(List<String> values) {
    return values.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** Splits at commas outside quotes. */
  private static List<String> fields(String line) {
    String[] parts = line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
    return IntStream.range(0, parts.length)
        .mapToObj(
            i ->
                parts[i].startsWith("\"")
                    ? parts[i].substring(1, parts[i].length() - 1).replace("\"\"", "\"")
                    : parts[i])
        .toList();
  }
}
