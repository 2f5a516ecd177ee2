package dev.guildhall.planner.cost;

import static dev.guildhall.planner.cost.CostFixtures.HOUR;
import static dev.guildhall.planner.cost.CostFixtures.holding;
import static dev.guildhall.planner.cost.CostFixtures.node;
import static dev.guildhall.planner.cost.CostFixtures.report;
import static dev.guildhall.planner.cost.CostFixtures.row;
import static dev.guildhall.planner.cost.CostFixtures.serving;
import static dev.guildhall.planner.cost.CostFixtures.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CostReportTest {
  private static final Period HOURLY = new Period(0, HOUR);

  @Test
  void busyTimeGoesToWhoUsedItAndTheRestToTheHolder() {
    List<NodeState> states = List.of(node("a", 0, 8, "2.00", serving(4, "q/small", "g0", "owner")));
    List<UsageTotal> usage =
        List.of(
            usage("acme", "q/small", "g0", HOUR, HOUR), usage("beta", "q/small", "g0", 0, HOUR));

    CostReport report = report(states, usage, HOURLY, Dimension.TENANT, Dimension.STATE);

    assertThat(row(report, "acme", "prefill").cost()).isEqualByComparingTo("2.00");
    assertThat(row(report, "acme", "decode").cost()).isEqualByComparingTo("2.00");
    assertThat(row(report, "beta", "decode").cost()).isEqualByComparingTo("2.00");
    assertThat(row(report, "owner", "reserved").cost()).isEqualByComparingTo("2.00");
    assertThat(row(report, "(idle)", "idle").cost()).isEqualByComparingTo("8.00");
    assertThat(report.total().cost())
        .isEqualByComparingTo("16.00")
        .isEqualByComparingTo(report.billCost());
  }

  @Test
  void aNodesStateHoldsUntilItsNextOneAndPricesChangeWithIt() {
    List<NodeState> states =
        List.of(
            node("a", 0, 8, "2", holding(8, GpuState.LOADING, "q/small", "g0", "owner")),
            node("a", HOUR / 4, 8, "4", serving(8, "q/small", "g0", "owner")),
            node("a", HOUR / 2, 0, "4"));
    CostReport report = report(states, List.of(), HOURLY, Dimension.STATE);

    assertThat(row(report, "loading").cost()).isEqualByComparingTo("4");
    assertThat(row(report, "reserved").cost()).isEqualByComparingTo("8");
    assertThat(report.billGpuSeconds()).isEqualByComparingTo("14400");
  }

  @Test
  void moreReportedThanHeldIsScaledDownAndTheExcessShown() {
    List<NodeState> states = List.of(node("a", 0, 1, "2", serving(1, "q/small", "g0", "owner")));
    List<UsageTotal> usage =
        List.of(
            usage("acme", "q/small", "g0", 3 * HOUR, 0), usage("beta", "q/small", "g0", HOUR, 0));
    CostReport report = report(states, usage, HOURLY, Dimension.TENANT, Dimension.KIND);

    assertThat(row(report, "acme", "serving").cost()).isEqualByComparingTo("1.50");
    assertThat(row(report, "beta", "serving").cost()).isEqualByComparingTo("0.50");
    assertThat(row(report, "acme", "unattributed").unattributedGpuSeconds())
        .isEqualByComparingTo("8100");
    assertThat(report.total().cost()).isEqualByComparingTo("2.00");
  }

  @Test
  void usageOfAGroupThatHeldNothingIsShownBesideTheBill() {
    CostReport report =
        report(
            List.of(node("a", 0, 1, "2")),
            List.of(usage("acme", "q/small", "gone", HOUR, 0)),
            HOURLY,
            Dimension.TENANT);
    assertThat(row(report, "acme").cost()).isZero();
    assertThat(row(report, "acme").outputTokens()).isEqualTo(20);
    assertThat(row(report, "acme").unattributedGpuSeconds()).isEqualByComparingTo("3600");
    assertThat(row(report, "(idle)").cost()).isEqualByComparingTo("2.00");
  }

  @Test
  void requestsOfADrainingGroupAreServedFromItsDrainingTime() {
    List<NodeState> states =
        List.of(node("a", 0, 2, "1", holding(2, GpuState.DRAINING, "q/small", "g0", "owner")));
    CostReport report =
        report(states, List.of(usage("acme", "q/small", "g0", 0, HOUR)), HOURLY, Dimension.STATE);
    assertThat(row(report, "decode").cost()).isEqualByComparingTo("1");
    assertThat(row(report, "draining").cost()).isEqualByComparingTo("1");
  }

  @Test
  void sparesAndFailedGpusOfNobodyAreThePlatforms() {
    Holding spare = new Holding(2, GpuState.SPARE, "", "", "", "", "", "");
    Holding failed = new Holding(1, GpuState.FAILED, "", "", "", "", "", "");
    CostReport report =
        report(List.of(node("a", 0, 8, "1", spare, failed)), List.of(), HOURLY, Dimension.TENANT);
    assertThat(row(report, "(platform)").cost()).isEqualByComparingTo("3");
    assertThat(row(report, "(idle)").cost()).isEqualByComparingTo("5");
  }

  @Test
  void rowsAreRoundedSoThatTheyAddUpToTheLastCent() {
    List<NodeState> states =
        List.of(
            node(
                "a",
                0,
                3,
                "0.33",
                serving(1, "q/a", "a", "a"),
                serving(1, "q/b", "b", "b"),
                serving(1, "q/c", "c", "c")));
    CostReport report =
        report(states, List.of(), new Period(0, HOUR / 33 * 100 / 3), Dimension.TENANT);
    BigDecimal sum =
        report.rows().stream().map(CostRow::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(report.billCost()).isEqualByComparingTo("1.00");
    assertThat(sum).isEqualByComparingTo("1.00");
  }

  @Test
  void onePoolsRowsAddUpToThatPoolsBill() {
    NodeState other =
        new NodeState(
            "b200", "z", 0, 8, new BigDecimal("5"), List.of(serving(8, "q/big", "g9", "zed")));
    CostReport report =
        CostReport.of(
            List.of(node("a", 0, 8, "2", serving(8, "q/small", "g0", "owner")), other),
            List.of(usage("acme", "q/big", "g9", HOUR, 0), usage("acme", "q/small", "g0", HOUR, 0)),
            HOURLY,
            Optional.of("h800"),
            List.of(Dimension.POOL, Dimension.TENANT),
            2);
    assertThat(report.billCost()).isEqualByComparingTo("16");
    assertThat(report.rows()).allMatch(row -> row.group().get("pool").equals("h800"));
    assertThat(row(report, "h800", "acme").requests()).isEqualTo(1);
  }

  @Test
  void holdingsThatExceedTheNodeAreRefused() {
    assertThatThrownBy(() -> node("a", 0, 4, "2", serving(5, "q/small", "g", "t")))
        .hasMessageContaining("has 4 GPUs, its holdings name 5");
  }
}
