package dev.guildhall.planner.cost;

import static dev.guildhall.planner.cost.CostFixtures.usage;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class CostPropertyTest {
  private static final List<String> GROUPS = List.of("g0", "g1", "g2");

  @Property(tries = 300)
  void rowsAddUpToTheBillForAnyGroupingAndRounding(
      @ForAll long seed,
      @ForAll("dimensions") List<Dimension> by,
      @ForAll @IntRange(max = 9) int decimals,
      @ForAll @LongRange(min = 0, max = 5_000) long from,
      @ForAll @LongRange(min = 0, max = 5_000_000_000_000L) long length) {
    Random random = new Random(seed);
    List<NodeState> states = states(random);
    Period period = new Period(from, from + length);

    CostReport report =
        CostReport.of(states, usages(random), period, Optional.empty(), by, decimals);

    BigDecimal expected = gpuNanos(states, period);
    assertThat(report.billGpuSeconds().movePointRight(9)).isEqualByComparingTo(expected);
    assertThat(add(report, CostRow::gpuSeconds)).isEqualByComparingTo(report.billGpuSeconds());
    assertThat(add(report, CostRow::cost)).isEqualByComparingTo(report.billCost());
    assertThat(add(report, CostRow::charge)).isEqualByComparingTo(report.total().charge());
    assertThat(report.rows())
        .allMatch(row -> row.gpuSeconds().signum() >= 0 && row.cost().signum() >= 0);
  }

  @Property(tries = 100)
  void aTenantThatUsesNothingChangesNoRow(@ForAll long seed) {
    Random random = new Random(seed);
    List<NodeState> states = states(random);
    List<UsageTotal> usages = usages(random);
    List<UsageTotal> more = new ArrayList<>(usages);
    UsageTotal zero = usage("newcomer", "q/g0", "g0", 0, 0);
    more.add(
        new UsageTotal(
            "newcomer",
            "k",
            "v3",
            zero.deployment(),
            zero.group(),
            0,
            0,
            0,
            0,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            BigDecimal.ZERO));
    Period period = new Period(100, 4_000_000_000_000L);
    List<Dimension> by = List.of(Dimension.TENANT, Dimension.STATE);

    assertThat(CostReport.of(states, more, period, Optional.empty(), by, 6).rows())
        .isEqualTo(CostReport.of(states, usages, period, Optional.empty(), by, 6).rows());
  }

  @Property
  void apportionmentIsExactAndWithinOneOfProportion(
      @ForAll @LongRange(min = 0) long total,
      @ForAll @Size(min = 1, max = 20) List<@LongRange(min = 1) Long> weights) {
    List<BigInteger> exact = weights.stream().map(BigInteger::valueOf).toList();
    List<BigInteger> shares = LargestRemainder.apportion(BigInteger.valueOf(total), exact);
    BigInteger sum = exact.stream().reduce(BigInteger.ZERO, BigInteger::add);

    assertThat(shares.stream().reduce(BigInteger.ZERO, BigInteger::add))
        .isEqualTo(BigInteger.valueOf(total));
    for (int i = 0; i < shares.size(); i++) {
      BigInteger error =
          shares
              .get(i)
              .multiply(sum)
              .subtract(BigInteger.valueOf(total).multiply(exact.get(i)))
              .abs();
      assertThat(error).isLessThan(sum);
    }
  }

  @Provide
  Arbitrary<List<Dimension>> dimensions() {
    return Arbitraries.of(Dimension.class).list().uniqueElements();
  }

  private static List<NodeState> states(Random random) {
    List<NodeState> states = new ArrayList<>();
    for (int node = 0; node < 1 + random.nextInt(4); node++) {
      long at = random.nextLong(2_000);
      for (int i = 0; i < 1 + random.nextInt(6); i++) {
        states.add(state(random, "node-" + node, at));
        at += 1 + random.nextLong(1_000_000_000_000L);
      }
    }
    return states;
  }

  private static NodeState state(Random random, String node, long at) {
    int gpus = random.nextInt(9);
    int free = gpus;
    List<Holding> holdings = new ArrayList<>();
    while (free > 0 && random.nextInt(4) > 0) {
      int held = 1 + random.nextInt(free);
      String group = GROUPS.get(random.nextInt(GROUPS.size()));
      GpuState state = GpuState.values()[random.nextInt(GpuState.values().length)];
      holdings.add(
          CostFixtures.holding(
              held, state, "q/" + group, group, random.nextBoolean() ? "owner" : ""));
      free -= held;
    }
    BigDecimal price = BigDecimal.valueOf(random.nextInt(1_000_000), random.nextInt(6));
    String pool = random.nextBoolean() ? "h800" : "b200";
    return new NodeState(pool, node, at, gpus, price, holdings);
  }

  private static List<UsageTotal> usages(Random random) {
    List<UsageTotal> usages = new ArrayList<>();
    for (int i = 0; i < random.nextInt(8); i++) {
      String group = GROUPS.get(random.nextInt(GROUPS.size()));
      usages.add(
          usage(
              "tenant-" + random.nextInt(3),
              "q/" + group,
              group,
              random.nextLong(1_000_000_000_000L),
              random.nextLong(1_000_000_000_000L)));
    }
    return usages;
  }

  /** The bill's GPU time by another way: sampled per node from its sorted instants. */
  private static BigDecimal gpuNanos(List<NodeState> states, Period period) {
    BigDecimal sum = BigDecimal.ZERO;
    for (NodeState state : states) {
      long next =
          states.stream()
              .filter(other -> other.node().equals(state.node()) && other.at() > state.at())
              .mapToLong(NodeState::at)
              .min()
              .orElse(Long.MAX_VALUE);
      long covered = Math.min(next, period.to()) - Math.max(state.at(), period.from());
      sum =
          sum.add(
              BigDecimal.valueOf(Math.max(0, covered)).multiply(BigDecimal.valueOf(state.gpus())));
    }
    return sum;
  }

  private static BigDecimal add(CostReport report, Function<CostRow, BigDecimal> column) {
    return report.rows().stream().map(column).reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
