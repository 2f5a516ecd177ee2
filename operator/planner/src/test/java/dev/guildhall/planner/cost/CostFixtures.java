package dev.guildhall.planner.cost;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** Short ways to write states and usage in tests. */
final class CostFixtures {
  static final long HOUR = 3_600_000_000_000L;

  private CostFixtures() {}

  static Holding serving(int gpus, String deployment, String group, String tenant) {
    return holding(gpus, GpuState.SERVING, deployment, group, tenant);
  }

  static Holding holding(int gpus, GpuState state, String deployment, String group, String tenant) {
    String[] parts = deployment.split("/");
    return new Holding(gpus, state, parts[0], parts[1], "unified", group, tenant, "");
  }

  static NodeState node(String node, long at, int gpus, String price, Holding... holdings) {
    return new NodeState("h800", node, at, gpus, new BigDecimal(price), List.of(holdings));
  }

  static UsageTotal usage(
      String tenant, String deployment, String group, long prefill, long decode) {
    return new UsageTotal(
        tenant,
        tenant + "/key",
        "v3",
        deployment,
        group,
        1,
        10,
        5,
        20,
        BigInteger.valueOf(prefill),
        BigInteger.valueOf(decode),
        new BigDecimal("0.0000027"),
        new BigDecimal("0.00000035"),
        new BigDecimal("0.000022"));
  }

  static CostReport report(
      List<NodeState> states, List<UsageTotal> usage, Period period, Dimension... by) {
    return CostReport.of(states, usage, period, Optional.empty(), List.of(by), 2);
  }

  static CostRow row(CostReport report, String... values) {
    return report.rows().stream()
        .filter(row -> List.copyOf(row.group().values()).equals(List.of(values)))
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("no row " + List.of(values) + " in " + report.rows()));
  }
}
