package dev.guildhall.planner.cost;

import static dev.guildhall.planner.cost.CostFixtures.HOUR;
import static dev.guildhall.planner.cost.CostFixtures.node;
import static dev.guildhall.planner.cost.CostFixtures.report;
import static dev.guildhall.planner.cost.CostFixtures.row;
import static dev.guildhall.planner.cost.CostFixtures.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The figures that DeepSeek published: a day of serving (open-infra-index, day 6: 226.75 nodes of 8
 * GPUs at $2, 608 B input tokens at 73.7 k/s per prefill node, 168 B output tokens at 14.8 k/s per
 * decode node) and the training of V3 (2.788 M GPU-hours).
 */
class DeepSeekDayTest {
  private static final Period DAY = new Period(0, 24 * HOUR);
  private static final long INPUT = 608_000_000_000L;
  private static final long CACHED = 342_000_000_000L;
  private static final long OUTPUT = 168_000_000_000L;

  @Test
  void theDayCosts87072DollarsAndSplits42To58() {
    List<NodeState> states = new ArrayList<>();
    for (int i = 0; i < 226; i++) {
      states.add(node("node-" + i, 0, 8, "2", serving(8, "prod/v3", "g", "deepseek")));
    }
    states.add(node("node-226", 6 * HOUR, 8, "2", serving(8, "prod/v3", "g", "deepseek")));

    CostReport report = report(states, List.of(day()), DAY, Dimension.STATE);

    assertThat(report.billCost()).isEqualByComparingTo("87072.00");
    assertThat(report.total().cost()).isEqualByComparingTo("87072.00");
    assertThat(share(row(report, "prefill"), report)).isEqualByComparingTo("42.1");
    assertThat(share(row(report, "decode"), report)).isEqualByComparingTo("57.9");
    // Throughput and tokens give 226.86 node-days, 0.05 % more than the nodes: the excess is shown,
    // not billed.
    assertThat(row(report, "unattributed").cost()).isZero();
    assertThat(row(report, "unattributed").unattributedGpuSeconds())
        .isBetween(new BigDecimal("78000"), new BigDecimal("79000"));
  }

  @Test
  void theDaysChargesAtThePriceOfR1Are562027Dollars() {
    CostReport report =
        report(
            List.of(node("n", 0, 8, "2", serving(8, "prod/v3", "g", "deepseek"))),
            List.of(day()),
            DAY,
            Dimension.TENANT);
    assertThat(row(report, "deepseek").charge())
        .isCloseTo(new BigDecimal("562027"), offset(new BigDecimal("500")));
  }

  @Test
  void theTrainingOfV3Costs5576000Dollars() {
    long end = 2_788_000L * (HOUR / 2048);
    List<NodeState> states = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      states.add(
          node(
              "node-" + i,
              0,
              8,
              "2",
              CostFixtures.holding(8, GpuState.TRAINING, "research/v3", "run", "research")));
    }
    CostReport report =
        report(states, List.of(), new Period(0, end), Dimension.TENANT, Dimension.KIND);

    assertThat(report.billGpuSeconds())
        .isEqualByComparingTo(new BigDecimal("2788000").multiply(new BigDecimal(3600)));
    assertThat(row(report, "research", "training").cost()).isEqualByComparingTo("5576000.00");
  }

  /** GPU time = tokens ÷ tokens per second and node × 8 GPUs. */
  private static UsageTotal day() {
    return new UsageTotal(
        "deepseek",
        "all",
        "v3",
        "prod/v3",
        "g",
        1,
        INPUT - CACHED,
        CACHED,
        OUTPUT,
        BigInteger.valueOf(INPUT)
            .multiply(BigInteger.valueOf(8_000_000_000L))
            .divide(BigInteger.valueOf(73_700)),
        BigInteger.valueOf(OUTPUT)
            .multiply(BigInteger.valueOf(8_000_000_000L))
            .divide(BigInteger.valueOf(14_800)),
        charge(INPUT - CACHED, "0.55"),
        charge(CACHED, "0.14"),
        charge(OUTPUT, "2.19"));
  }

  private static BigDecimal charge(long tokens, String perMillion) {
    return new BigDecimal(tokens).multiply(new BigDecimal(perMillion)).movePointLeft(6);
  }

  private static BigDecimal share(CostRow row, CostReport report) {
    return row.cost().movePointRight(2).divide(report.billCost(), 1, RoundingMode.HALF_EVEN);
  }
}
