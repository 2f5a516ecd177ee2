package dev.guildhall.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlannerTest {

  private static final Numerics CPU = new Numerics(4, 0, 4, 4, 256L << 20);
  private static final PoolCapacity EIGHT = new PoolCapacity(2L << 30, List.of(8));

  private static PlanRequest small(GroupLayout layout) {
    return new PlanRequest("roles[0]", Models.small(), CPU, layout, EIGHT);
  }

  private static Verdict.Infeasible refused(PlanRequest request) {
    return (Verdict.Infeasible) Planner.judge(request);
  }

  @Test
  void quickstartFits() {
    var verdict = Planner.judge(small(new GroupLayout(4, 0, 2048, 16384, 512)));
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Feasible.class,
            feasible -> {
              assertThat(feasible.plan().slotsPerRank()).isEqualTo(8);
              assertThat(feasible.plan().nodes()).isEqualTo(1);
              assertThat(feasible.plan().redundancyBytes()).isZero();
              assertThat(feasible.plan().headroomBytes()).isPositive();
            });
  }

  @Test
  void expertsThatDoNotDivideOverRanksNameFieldNumberAndNearestPlan() {
    var refused = refused(small(new GroupLayout(5, 0, 2048, 16384, 512)));
    assertThat(refused.problems())
        .singleElement()
        .hasToString(
            "spec.roles[0].ranksPerGroup: 32 routed experts + 0 redundant ones = 32 slots do not divide over 5 ranks");
    assertThat(refused.nearest().orElseThrow().layout())
        .isEqualTo(new GroupLayout(5, 3, 2048, 16384, 512));
  }

  @Test
  void groupLargerThanThePoolIsRefused() {
    var refused = refused(small(new GroupLayout(16, 0, 2048, 16384, 512)));
    assertThat(refused.problems())
        .singleElement()
        .hasToString("spec.roles[0].ranksPerGroup: 16 ranks take 16 GPUs, but the pool has 8");
    assertThat(refused.nearest().orElseThrow().layout().ranks()).isEqualTo(8);
  }

  @Test
  void planThatDoesNotFitNamesBytesAndOffersASmallerCache() {
    var layout = new GroupLayout(32, 32, 4096, 1_000_000, 512);
    var pool = new PoolCapacity(80_000_000_000L, List.of(8, 8, 8, 8));
    var refused = refused(new PlanRequest("roles[0]", Models.v3(1), Models.fp8(), layout, pool));
    assertThat(refused.problems())
        .singleElement()
        .asString()
        .contains("spec.roles[0].ranksPerGroup", "GB", "80.0 GB");
    var nearest = refused.nearest().orElseThrow();
    assertThat(nearest.layout().ranks()).isEqualTo(32);
    assertThat(nearest.layout().cacheTokens()).isBetween(4096, 999_999);
  }

  @Test
  void modelThatFitsNowhereHasNoNearestPlan() {
    var pool = new PoolCapacity(1_000_000_000L, List.of(8));
    var layout = new GroupLayout(8, 0, 4096, 4096, 512);
    var refused = refused(new PlanRequest("roles[0]", Models.v3(1), Models.fp8(), layout, pool));
    assertThat(refused.nearest()).isEmpty();
  }

  @Test
  void contextBeyondTheModelIsRefused() {
    var refused = refused(small(new GroupLayout(4, 0, 4096, 16384, 512)));
    assertThat(refused.problems())
        .singleElement()
        .hasToString(
            "spec.serving.maxContextTokens: 4096 is more than the model's max_position_embeddings of 2048");
    assertThat(refused.nearest().orElseThrow().layout().maxContextTokens()).isEqualTo(2048);
  }

  @Test
  void placementIsCheckedLayerByLayer() {
    var shape = Models.small();
    var good = InitialPlacement.of(shape, 4);
    assertThat(PlacementCheck.problem(good, shape, 4, 8, 4)).isEmpty();
    assertThat(PlacementCheck.problem(good.subList(1, 3), shape, 4, 8, 4))
        .get()
        .asString()
        .contains("2 layers", "6");
    assertThat(PlacementCheck.problem(InitialPlacement.of(shape, 8), shape, 4, 8, 4)).isEmpty();
    for (int others : new int[] {0, 6, 12}) {
      assertThat(PlacementCheck.problem(InitialPlacement.of(shape, others), shape, 4, 8, 4))
          .contains(
              "spec.layers[0] has %d slots, but the deployment has %d"
                  .formatted(shape.routedExperts() + others, shape.routedExperts() + 4));
    }
    var mixed = new java.util.ArrayList<>(good);
    mixed.set(3, InitialPlacement.of(shape, 8).getFirst());
    assertThat(PlacementCheck.problem(mixed, shape, 4, 8, 4))
        .get()
        .asString()
        .contains("spec.layers[3] has %d slots".formatted(shape.routedExperts() + 8));
    var twice = new java.util.ArrayList<>(good);
    var layer = new java.util.ArrayList<>(good.getFirst());
    layer.set(1, 0);
    twice.set(2, layer);
    var negative = new java.util.ArrayList<>(layer);
    negative.set(1, -1);
    var below = new java.util.ArrayList<>(good);
    below.set(5, negative);
    assertThat(PlacementCheck.problem(below, shape, 4, 8, 4))
        .contains(
            "spec.layers[5] names expert -1, but the model has %d"
                .formatted(shape.routedExperts()));
    assertThat(PlacementCheck.problem(twice, shape, 4, 8, 4))
        .contains("spec.layers[2] has expert 0 twice on rank 0");
  }

  @Test
  void weightsAreThoseOfTheSlots() {
    var layers = List.of(List.of(0, 1, 0), List.of(1, 0, 1));
    assertThat(PlacementCheck.problem(null, layers)).isEmpty();
    assertThat(PlacementCheck.problem(List.of(List.of(1, 1, 3), List.of(0, 1, 1)), layers))
        .isEmpty();
    assertThat(PlacementCheck.problem(List.of(List.of(1, 1, 3)), layers))
        .contains("spec.weights has 1 layers, but spec.layers has 2");
    assertThat(PlacementCheck.problem(List.of(List.of(1, 1, 3), List.of(1)), layers))
        .contains("spec.weights[1] has 1 slots, but spec.layers[1] has 3");
    assertThat(PlacementCheck.problem(List.of(List.of(1, 1, 3), List.of(1, -2, 0)), layers))
        .contains("spec.weights[1][1] is negative: -2");
  }
}
