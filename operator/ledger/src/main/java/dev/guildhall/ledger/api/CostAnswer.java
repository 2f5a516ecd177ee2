package dev.guildhall.ledger.api;

import dev.guildhall.ledger.Nanos;
import dev.guildhall.planner.cost.CostReport;
import dev.guildhall.planner.cost.CostRow;
import dev.guildhall.planner.cost.Dimension;
import dev.guildhall.planner.cost.Period;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answer of {@code GET /v1/cost}. Decimal numbers are strings; {@code to} is no later than now. */
record CostAnswer(
    String from,
    String to,
    String pool,
    String currency,
    int decimals,
    List<String> groupBy,
    List<Row> rows,
    Row total,
    Bill bill) {

  record Bill(String gpuSeconds, String cost) {}

  record Row(
      Map<String, String> group,
      String gpuSeconds,
      String cost,
      long requests,
      long inputTokens,
      long cachedInputTokens,
      long outputTokens,
      String inputCharge,
      String cachedInputCharge,
      String outputCharge,
      String charge,
      String margin,
      String unattributedGpuSeconds) {

    static Row of(CostRow row) {
      return new Row(
          row.group(),
          row.gpuSeconds().toPlainString(),
          row.cost().toPlainString(),
          row.requests(),
          row.inputTokens(),
          row.cachedInputTokens(),
          row.outputTokens(),
          row.inputCharge().toPlainString(),
          row.cachedInputCharge().toPlainString(),
          row.outputCharge().toPlainString(),
          row.charge().toPlainString(),
          row.margin().toPlainString(),
          row.unattributedGpuSeconds().toPlainString());
    }
  }

  static CostAnswer of(
      Period period,
      Optional<String> pool,
      String currency,
      List<Dimension> by,
      int decimals,
      CostReport report) {
    return new CostAnswer(
        Nanos.format(period.from()),
        Nanos.format(period.to()),
        pool.orElse(null),
        currency,
        decimals,
        by.stream().map(Dimension::wireName).toList(),
        report.rows().stream().map(Row::of).toList(),
        Row.of(report.total()),
        new Bill(report.billGpuSeconds().toPlainString(), report.billCost().toPlainString()));
  }
}
