package dev.guildhall.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PlannerPropertyTest {

  @Provide
  Arbitrary<PlanRequest> requests() {
    var layouts =
        Combinators.combine(
                Arbitraries.integers().between(1, 80),
                Arbitraries.integers().between(0, 300),
                Arbitraries.integers().between(16, 200_000),
                Arbitraries.integers().between(16, 2_000_000),
                Arbitraries.integers().between(1, 8192))
            .as(GroupLayout::new)
            .map(
                layout ->
                    layout.withCacheTokens(
                        Math.max(layout.cacheTokens(), layout.maxContextTokens())));
    var pools =
        Combinators.combine(
                Arbitraries.longs().between(1_000_000_000L, 200_000_000_000L),
                Arbitraries.integers().between(0, 8).list().ofMaxSize(12))
            .as(PoolCapacity::new);
    return Combinators.combine(
            Arbitraries.of(Models.small(), Models.v3(0), Models.v3(1)), layouts, pools)
        .as(
            (shape, layout, pool) ->
                new PlanRequest("roles[0]", shape, Models.fp8(), layout, pool));
  }

  @Property(tries = 300)
  void nothingFeasibleExceedsMemoryOrPoolAndEverySlotIsOnARank(
      @ForAll("requests") PlanRequest request) {
    if (Planner.judge(request) instanceof Verdict.Feasible(var plan)) {
      assertThat(plan.usedBytes()).isLessThanOrEqualTo(request.pool().memoryBytes());
      assertThat(plan.layout().ranks()).isLessThanOrEqualTo(request.pool().gpus());
      assertThat(plan.slotsPerRank() * plan.layout().ranks())
          .isEqualTo(request.shape().routedExperts() + plan.layout().redundantExperts());
    }
  }

  @Property(tries = 300)
  void nearestPlanIsFeasible(@ForAll("requests") PlanRequest request) {
    if (Planner.judge(request) instanceof Verdict.Infeasible(var problems, var nearest)) {
      assertThat(problems).isNotEmpty();
      nearest.ifPresent(
          plan ->
              assertThat(Planner.judge(request.with(plan.layout())))
                  .isEqualTo(new Verdict.Feasible(plan)));
    }
  }

  @Property(tries = 300)
  void initialPlacementPassesTheCheckOfAnyFeasiblePlan(@ForAll("requests") PlanRequest request) {
    if (Planner.judge(request) instanceof Verdict.Feasible(var plan)) {
      int redundant = plan.layout().redundantExperts();
      var layers = InitialPlacement.of(request.shape(), redundant);
      assertThat(
              PlacementCheck.problem(
                  layers, request.shape(), redundant, redundant, plan.layout().ranks()))
          .isEmpty();
      if (redundant == 0) {
        assertThat(layers.getFirst())
            .isEqualTo(List.copyOf(layers.getFirst()).stream().sorted().toList());
      }
    }
  }
}
