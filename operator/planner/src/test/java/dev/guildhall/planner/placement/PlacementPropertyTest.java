package dev.guildhall.planner.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class PlacementPropertyTest {

  record Case(ExpertGrid grid, double[][] loads, double[][] later) {}

  /** Any sizes: experts up to 60, ranks up to 17, one to nine slots a rank; some loads are zero. */
  @Provide
  Arbitrary<Case> cases() {
    var ints = Arbitraries.integers();
    return Combinators.combine(
            ints.between(1, 17),
            ints.between(1, 9),
            ints.between(0, 100),
            ints.between(1, 5),
            ints.between(1, 6),
            Arbitraries.longs())
        .as(PlacementPropertyTest::make);
  }

  private static Case make(int ranks, int perRank, int fill, int nodes, int groups, long seed) {
    int slots = ranks * perRank;
    int experts = Math.max(perRank, slots - fill * (slots - perRank) / 100);
    var random = new Random(seed);
    var grid =
        ExpertGrid.of(experts, slots, Math.min(groups, experts), Math.min(nodes, ranks), ranks);
    return new Case(grid, loads(random, experts), loads(random, experts));
  }

  private static double[][] loads(Random random, int experts) {
    return IntStream.range(0, 3)
        .mapToObj(
            layer ->
                random
                    .doubles(experts)
                    .map(x -> x < 0.1 ? 0 : Math.floor(Math.pow(x, 6) * 10_000))
                    .toArray())
        .toArray(double[][]::new);
  }

  /** Weights are rounded, and water is left to settle to a ten-thousandth. */
  private static final double ROUNDED = 0.002;

  @Property(tries = 200)
  void everyExpertIsPlacedAndNoneTwiceOnARank(@ForAll("cases") Case any) {
    assertSound(PlacementPlanner.fresh(any.grid(), Locality.ANYWHERE, any.loads()).placement());
  }

  @Property(tries = 200)
  void improvingStaysWithinTheBudgetAndIsNeverWorse(
      @ForAll("cases") Case any, @ForAll @IntRange(max = 40) int budget) {
    var current = PlacementPlanner.fresh(any.grid(), Locality.ANYWHERE, any.loads()).placement();
    var plan = PlacementPlanner.improve(current, Locality.ANYWHERE, any.later(), budget);
    assertSound(plan.placement());
    assertThat(plan.moved())
        .isEqualTo(plan.placement().movesFrom(current))
        .isLessThanOrEqualTo(budget);
    assertThat(plan.after()).isGreaterThanOrEqualTo(plan.before());
    assertThat(plan.before()).isEqualTo(Balance.of(current, any.later()), within());
    assertThat(plan.after()).isEqualTo(Balance.of(plan.placement(), any.later()), within());
    assertThat(plan.after()).isLessThanOrEqualTo(Balance.bound(any.grid(), any.later()) + 1e-9);
  }

  @Property(tries = 50)
  void theSameInputsGiveTheSamePlacement(@ForAll("cases") Case any) {
    var one = PlacementPlanner.fresh(any.grid(), Locality.ANYWHERE, any.loads()).placement();
    var two = PlacementPlanner.fresh(any.grid(), Locality.ANYWHERE, any.loads()).placement();
    assertThat(two.asLists()).isEqualTo(one.asLists());
    assertThat(
            PlacementPlanner.improve(two, Locality.ANYWHERE, any.later(), 9).placement().asLists())
        .isEqualTo(
            PlacementPlanner.improve(one, Locality.ANYWHERE, any.later(), 9).placement().asLists());
  }

  @Property(tries = 200)
  void aGroupStaysOnItsNode(@ForAll("cases") Case any) {
    PlacementPlan fresh;
    try {
      fresh = PlacementPlanner.fresh(any.grid(), Locality.GROUP_ON_NODE, any.loads());
    } catch (InvalidPlacementException doesNotFit) {
      assertThat(doesNotFit).hasMessageContaining("place them anywhere");
      return;
    }
    var plan = PlacementPlanner.improve(fresh.placement(), Locality.GROUP_ON_NODE, any.later(), 20);
    assertSound(plan.placement());
    for (int layer = 0; layer < 3; layer++) {
      assertThat(Homes.of(any.grid(), plan.placement().slots(layer)))
          .isEqualTo(Homes.of(any.grid(), fresh.placement().slots(layer)))
          .isNotNull();
    }
  }

  @Property(tries = 100)
  void aWeightedSplitIsNeverWorseAndAddsUp(@ForAll("cases") Case any) {
    var placement = PlacementPlanner.fresh(any.grid(), Locality.ANYWHERE, any.loads()).placement();
    var split = TokenSplit.best(placement, any.later());
    assertThat(Balance.of(placement, split, any.later()))
        .isGreaterThanOrEqualTo(Balance.of(placement, any.later()) - ROUNDED)
        .isLessThanOrEqualTo(1 + 1e-9);
    for (int layer = 0; layer < 3; layer++) {
      assertThat(Arrays.stream(split.loads(placement, layer, any.later()[layer])).sum())
          .isEqualTo(Arrays.stream(any.later()[layer]).sum(), offset(1e-6));
    }
  }

  /** Where the water stands no expert can make a rank lower by splitting its tokens otherwise. */
  @Property(tries = 100)
  void noExpertPoursBetter(@ForAll("cases") Case any) {
    var placed = PlacementPlanner.fresh(any.grid(), Locality.ANYWHERE, any.loads()).placement();
    double[] tokens = any.later()[0];
    var layer = new PouredLayer(any.grid(), any.grid().nodeOfRank(), tokens, placed.slots(0), null);
    for (int i = 0; i < layer.slot.length; i++) {
      int expert = layer.slot[i];
      for (int k = 0; k < layer.replicas[expert]; k++) {
        int other = layer.slotsOf[expert][k];
        if (layer.part[i] > 0) {
          assertThat(layer.load[i / layer.perRank])
              .isLessThanOrEqualTo(layer.load[other / layer.perRank] + 1e-4 * layer.mean);
        }
      }
    }
  }

  @Property(tries = 100)
  void improvingByWeightStaysWithinTheBudgetAndIsNeverWorse(
      @ForAll("cases") Case any, @ForAll @IntRange(max = 40) int budget) {
    var current = PlacementPlanner.fresh(any.grid(), Locality.ANYWHERE, any.loads()).placement();
    var plan = PlacementPlanner.improveWeighted(current, Locality.ANYWHERE, any.later(), budget);
    assertSound(plan.placement());
    assertThat(plan.moved())
        .isEqualTo(plan.placement().movesFrom(current))
        .isLessThanOrEqualTo(budget);
    assertThat(plan.after()).isGreaterThanOrEqualTo(plan.before());
    assertThat(plan.after())
        .isEqualTo(Balance.of(plan.placement(), plan.split(), any.later()), offset(ROUNDED));
    assertThat(plan.after()).isGreaterThanOrEqualTo(Balance.of(current, any.later()) - ROUNDED);
  }

  private static void assertSound(ExpertMap placement) {
    int[][] layers =
        IntStream.range(0, placement.layers()).mapToObj(placement::slots).toArray(int[][]::new);
    assertThat(ExpertMap.of(placement.grid(), layers).asLists()).isEqualTo(placement.asLists());
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return offset(1e-9);
  }
}
