package dev.guildhall.planner.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.planner.placement.PlacementDecision.Keep;
import dev.guildhall.planner.placement.PlacementDecision.Rebalance;
import dev.guildhall.planner.placement.PlacementJudge.Current;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PlacementJudgeTest {
  private static final ExpertGrid GRID = ExpertGrid.of(24, 32, 4, 2, 8);
  private static final PlacementPolicy POLICY = new PlacementPolicy(64, 0.5, 3600, 2, 0.02, 4);
  private static final MoveCost CHEAP =
      new MoveCost(MoveCost.DEEPSEEK_V3_FP8_BYTES, 40e9, 0.1, 0.05);

  @Test
  void aShiftOfPopularityIsFollowedAndItsCostIsCounted() {
    var current = PlacementPlanner.fresh(GRID, Locality.ANYWHERE, loads(0, new Random(1)));
    var decision = decide(current.placement(), windows(7, 1), CHEAP);
    assertThat(decision).isInstanceOf(Rebalance.class);
    var forecast = decision.forecast();
    assertThat(forecast.after()).isGreaterThan(forecast.before() + 0.1);
    assertThat(forecast.bytes()).isEqualTo(forecast.moved() * 44_050_944L);
    assertThat(forecast.costSeconds())
        .isEqualTo(0.05 + 0.1 * forecast.loadSeconds(), org.assertj.core.data.Offset.offset(1e-12));
    assertThat(((Rebalance) decision).plan().placement().movesFrom(current.placement()))
        .isEqualTo(forecast.moved());
    assertThat(decision.reason()).contains("gained over 3600 s");
  }

  @Test
  void aMoveThatCostsMoreThanItGainsIsNotMade() {
    var current = PlacementPlanner.fresh(GRID, Locality.ANYWHERE, loads(0, new Random(1)));
    var slow = new MoveCost(MoveCost.DEEPSEEK_V3_FP8_BYTES, 1e5, 1, 0);
    var decision = decide(current.placement(), windows(7, 1), slow);
    assertThat(decision).isInstanceOf(Keep.class);
    assertThat(decision.reason()).contains("less than 2.0 times as much");
  }

  @Test
  void nothingIsDecidedOnTooFewWindows() {
    var current = PlacementPlanner.fresh(GRID, Locality.ANYWHERE, loads(0, new Random(1)));
    var decision = decide(current.placement(), windows(7, 1).subList(0, 3), CHEAP);
    assertThat(decision.reason()).isEqualTo("3 of 4 windows recorded");
  }

  /** Popularity stays, counts are noisy: after the first decision nothing moves any more. */
  @Property(tries = 40)
  void noiseDoesNotOscillate(@ForAll long seed, @ForAll boolean weighted) {
    var random = new Random(seed);
    var first = PlacementPlanner.fresh(GRID, Locality.ANYWHERE, loads(0, random)).placement();
    var current = new Current(first, TokenSplit.EQUAL, weighted);
    int changes = 0;
    for (int round = 0; round < 6; round++) {
      var decision =
          PlacementJudge.decide(
              current, Locality.ANYWHERE, windows(5, random.nextLong()), POLICY, CHEAP);
      if (decision instanceof Rebalance(var plan, var forecast, var reason)) {
        assertThat(reason).isNotEmpty();
        assertThat(forecast.after()).isGreaterThan(forecast.before());
        current = new Current(plan.placement(), plan.split(), weighted);
        changes++;
      }
    }
    assertThat(changes).isLessThanOrEqualTo(1);
  }

  /** Expert 2 is heavy and 3 light: their ranks take fewer and more of what they share. */
  @Test
  void whereWeightsAreEnoughNothingMoves() {
    var grid = ExpertGrid.of(4, 6, 1, 1, 3);
    var map = ExpertMap.of(grid, new int[][] {{0, 1, 0, 2, 1, 3}});
    double[][] loads = {{60, 60, 50, 10}};
    var slow = new MoveCost(MoveCost.DEEPSEEK_V3_FP8_BYTES, 1e6, 0.1, 0.05);
    var windows = Collections.nCopies(6, loads);
    var current = new Current(map, TokenSplit.EQUAL, true);
    var decision = PlacementJudge.decide(current, Locality.ANYWHERE, windows, POLICY, slow);
    assertThat(decision).isInstanceOf(Rebalance.class);
    assertThat(decision.forecast().moved()).isZero();
    assertThat(decision.forecast().after()).isGreaterThan(0.998);
    assertThat(((Rebalance) decision).plan().split().asLists().orElseThrow())
        .containsExactly(List.of(8333, 1667, 1667, 10_000, 8333, 10_000));
    var settled = new Current(map, ((Rebalance) decision).plan().split(), true);
    assertThat(PlacementJudge.decide(settled, Locality.ANYWHERE, windows, POLICY, slow))
        .isInstanceOf(Keep.class);
  }

  private static PlacementDecision decide(
      ExpertMap placement, List<double[][]> windows, MoveCost cost) {
    var current = new Current(placement, TokenSplit.EQUAL, false);
    return PlacementJudge.decide(current, Locality.ANYWHERE, windows, POLICY, cost);
  }

  private static List<double[][]> windows(int shift, long seed) {
    var random = new Random(seed);
    var windows = new ArrayList<double[][]>();
    for (int window = 0; window < 6; window++) {
      windows.add(loads(shift, random));
    }
    return windows;
  }

  /** Zipf popularity, shifted by some experts, with noise of a few percent. */
  private static double[][] loads(int shift, Random random) {
    double[][] loads = new double[4][24];
    for (int layer = 0; layer < 4; layer++) {
      for (int expert = 0; expert < 24; expert++) {
        double popularity = 50_000 / Math.pow(1 + (expert + shift + 5 * layer) % 24, 0.6);
        loads[layer][expert] = Math.max(0, popularity * (1 + 0.03 * random.nextGaussian()));
      }
    }
    return loads;
  }
}
