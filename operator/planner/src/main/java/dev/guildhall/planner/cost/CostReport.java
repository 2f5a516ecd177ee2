package dev.guildhall.planner.cost;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Rows that add up to the bill of one pool or of all.
 *
 * @param rows ordered by their group values
 * @param total sum of the rows, column by column
 * @param billGpuSeconds GPU-seconds of the pool, counted from nodes alone
 * @param billCost what they cost, to the report's decimals; equal to the total's cost
 */
public record CostReport(
    List<CostRow> rows, CostRow total, BigDecimal billGpuSeconds, BigDecimal billCost) {

  /**
   * Attributes a period's GPU time.
   *
   * @param states every node's last state at or before the period and all states within
   * @param usage what requests that ended in the period used
   * @param pool only this pool's rows; empty for all pools
   * @param by dimensions to group by; none gives one row
   * @param decimals decimals of money
   * @throws IllegalStateException if rows and bill differ, which no input may cause
   */
  public static CostReport of(
      List<NodeState> states,
      List<UsageTotal> usage,
      Period period,
      Optional<String> pool,
      List<Dimension> by,
      int decimals) {
    Map<String, Amounts> groups = new TreeMap<>();
    Map<String, Map<String, String>> names = new LinkedHashMap<>();
    for (CostLine line : Attribution.lines(states, usage, period)) {
      if (pool.isEmpty() || pool.get().equals(line.dimensions().get(Dimension.POOL))) {
        Map<String, String> group = new LinkedHashMap<>();
        by.forEach(dimension -> group.put(dimension.wireName(), line.dimensions().get(dimension)));
        String key = String.join("\u0000", group.values());
        names.putIfAbsent(key, group);
        groups.merge(key, line.amounts(), Amounts::plus);
      }
    }
    groups.values().removeIf(Amounts::isZero);
    Amounts bill =
        Timeline.bills(states, period).entrySet().stream()
            .filter(entry -> pool.isEmpty() || pool.get().equals(entry.getKey()))
            .map(Map.Entry::getValue)
            .reduce(Amounts.ZERO, Amounts::plus);
    return build(groups, names, bill, decimals);
  }

  private static CostReport build(
      Map<String, Amounts> groups,
      Map<String, Map<String, String>> names,
      Amounts bill,
      int decimals) {
    Collection<Amounts> amounts = groups.values();
    Amounts sum = amounts.stream().reduce(Amounts.ZERO, Amounts::plus);
    if (!sum.gpuNanos().equals(bill.gpuNanos())
        || sum.priceNanos().compareTo(bill.priceNanos()) != 0) {
      throw new IllegalStateException(
          "rows hold " + sum.gpuNanos() + " GPU-ns, the pool's nodes " + bill.gpuNanos());
    }
    List<BigDecimal> cost = round(amounts, Amounts::priceNanos, Amounts.NANOS_PER_HOUR, decimals);
    List<BigDecimal> input = round(amounts, Amounts::inputCharge, BigDecimal.ONE, decimals);
    List<BigDecimal> cached = round(amounts, Amounts::cachedCharge, BigDecimal.ONE, decimals);
    List<BigDecimal> output = round(amounts, Amounts::outputCharge, BigDecimal.ONE, decimals);
    List<CostRow> rows = new ArrayList<>();
    for (Map.Entry<String, Amounts> group : groups.entrySet()) {
      int i = rows.size();
      rows.add(
          row(
              names.get(group.getKey()),
              group.getValue(),
              cost.get(i),
              input.get(i),
              cached.get(i),
              output.get(i)));
    }
    CostRow total =
        row(
            Map.of(),
            sum,
            sum(cost, decimals),
            sum(input, decimals),
            sum(cached, decimals),
            sum(output, decimals));
    BigDecimal billed =
        LargestRemainder.round(List.of(bill.priceNanos()), Amounts.NANOS_PER_HOUR, decimals)
            .getFirst();
    return new CostReport(List.copyOf(rows), total, seconds(bill.gpuNanos()), billed);
  }

  private static CostRow row(
      Map<String, String> group,
      Amounts amounts,
      BigDecimal cost,
      BigDecimal input,
      BigDecimal cached,
      BigDecimal output) {
    BigDecimal charge = input.add(cached).add(output);
    return new CostRow(
        group,
        seconds(amounts.gpuNanos()),
        cost,
        amounts.requests(),
        amounts.inputTokens(),
        amounts.cachedTokens(),
        amounts.outputTokens(),
        input,
        cached,
        output,
        charge,
        charge.subtract(cost),
        seconds(amounts.unattributedNanos()));
  }

  private static List<BigDecimal> round(
      Collection<Amounts> amounts,
      Function<Amounts, BigDecimal> column,
      BigDecimal unit,
      int decimals) {
    return LargestRemainder.round(amounts.stream().map(column).toList(), unit, decimals);
  }

  private static BigDecimal sum(List<BigDecimal> values, int decimals) {
    return values.stream().reduce(BigDecimal.ZERO.setScale(decimals), BigDecimal::add);
  }

  private static BigDecimal seconds(BigInteger nanos) {
    return new BigDecimal(nanos, 9);
  }
}
