package dev.guildhall.controller.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.controller.balance.Rebalancer.Situation;
import dev.guildhall.crds.ExpertPlacementSpec;
import dev.guildhall.planner.placement.PlacementDecision;
import dev.guildhall.planner.plan.InitialPlacement;
import dev.guildhall.planner.plan.LatentAttention;
import dev.guildhall.planner.plan.ModelShape;
import dev.guildhall.planner.plan.Numerics;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the operator does with the planner's judgement. */
class RebalancerTest {
  /** One dense and five MoE layers of 32 experts, and one of multi-token prediction. */
  private static final ModelShape SHAPE =
      new ModelShape(
          4096,
          128,
          6,
          1,
          256,
          64,
          32,
          1,
          4,
          new LatentAttention(4, 48, 32, 16, 8, 16),
          1,
          false,
          2048);

  private static Situation situation() {
    return situation(0, false);
  }

  private static Situation situation(int redundantExperts, boolean weighted) {
    return new Situation(
        "n",
        "d",
        "unified",
        4,
        SHAPE,
        new Numerics(2, 0, 4, 4, 0),
        new ExpertPlacementSpec(1, InitialPlacement.of(SHAPE, redundantExperts), null, null),
        weighted);
  }

  /** The experts of rank 0 get {@code skew} times the others' tokens. */
  private static double[][] window(double skew) {
    double[] layer = new double[32];
    Arrays.setAll(layer, e -> (e < 8 ? skew : 1) * 100);
    double[][] window = new double[5][];
    Arrays.fill(window, layer);
    return window;
  }

  private static PlacementDecision decide(double skew, int windows) {
    return Rebalancer.decide(situation(), Collections.nCopies(windows, window(skew)), 0.01);
  }

  @Test
  void aBusyRankGivesItsExpertsAway() {
    assertThat(decide(6, 3))
        .isInstanceOfSatisfying(
            PlacementDecision.Rebalance.class,
            r -> {
              assertThat(r.forecast().after()).isGreaterThan(r.forecast().before() + 0.1);
              assertThat(r.plan().placement().asLists()).hasSize(6);
              assertThat(r.plan().placement().asLists().getLast())
                  .as("nothing is known of the MTP layer, so nothing moves there")
                  .isEqualTo(InitialPlacement.of(SHAPE, 0).getLast());
            });
  }

  @Test
  void evenLoadAndTooFewWindowsMoveNothing() {
    assertThat(decide(1, 5)).isInstanceOf(PlacementDecision.Keep.class);
    assertThat(decide(6, 2)).isInstanceOf(PlacementDecision.Keep.class);
    assertThat(List.of(decide(6, 2).reason())).containsExactly("2 of 3 windows recorded");
  }

  @Test
  void tokensAreSplitByWeightOnlyWhereTheRoleSaysSo() {
    var windows = Collections.nCopies(3, window(6));
    var equal = Rebalancer.decide(situation(8, false), windows, 0.01);
    assertThat(equal)
        .isInstanceOfSatisfying(
            PlacementDecision.Rebalance.class,
            r -> assertThat(r.plan().split().asLists()).isEmpty());
    assertThat(Rebalancer.decide(situation(8, true), windows, 0.01))
        .isInstanceOfSatisfying(
            PlacementDecision.Rebalance.class,
            r -> {
              assertThat(r.plan().split().asLists().orElseThrow())
                  .hasSize(6)
                  .allSatisfy(layer -> assertThat(layer).hasSize(40));
              assertThat(r.forecast().after()).isGreaterThan(equal.forecast().after() + 0.02);
            });
    assertThat(Rebalancer.wider(situation(0, true), 8, window(6)).weights()).hasSize(6);
    assertThat(Rebalancer.wider(situation(0, false), 8, window(6)).weights()).isNull();
  }

  @Test
  void moreCopiesGoToTheBusyExpertsAndNothingElseMoves() {
    var wider = Rebalancer.wider(situation(), 8, window(6));
    assertThat(wider.epoch()).isEqualTo(2);
    assertThat(wider.reason())
        .matches(
            "balancedness 0\\.\\d+ becomes 0\\.\\d+ in the last window's load with 8 redundant experts in each layer instead of 0");
    var layer = wider.layers().getFirst();
    assertThat(layer).hasSize(40);
    for (int rank = 0; rank < 4; rank++) {
      assertThat(layer.subList(10 * rank, 10 * rank + 8))
          .as("what rank %d held", rank)
          .isEqualTo(InitialPlacement.of(SHAPE, 0).getFirst().subList(8 * rank, 8 * rank + 8));
    }
    assertThat(layer.subList(18, 20)).as("new on rank 1").allMatch(expert -> expert < 8);
  }
}
