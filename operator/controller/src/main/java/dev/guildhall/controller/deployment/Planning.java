package dev.guildhall.controller.deployment;

import dev.guildhall.controller.inspection.Inspection;
import dev.guildhall.controller.status.StalledException;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.Role;
import dev.guildhall.planner.plan.GroupLayout;
import dev.guildhall.planner.plan.PhysicalPlan;
import dev.guildhall.planner.plan.PlanRequest;
import dev.guildhall.planner.plan.Planner;
import dev.guildhall.planner.plan.Problem;
import dev.guildhall.planner.plan.Verdict;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Asks the planner about each role, before any GPU is taken. */
@ApplicationScoped
class Planning {

  /**
   * The plan of each role.
   *
   * @throws StalledException with every problem of the first role that cannot be, and the nearest
   *     plan that can
   */
  List<PlannedRole> plan(ModelDeployment deployment, ResolvedPool pool, Inspection inspection) {
    var roles = deployment.getSpec().roles();
    return IntStream.range(0, roles.size())
        .mapToObj(index -> plan(deployment, roles.get(index), index, pool, inspection))
        .toList();
  }

  private static PlannedRole plan(
      ModelDeployment deployment, Role role, int index, ResolvedPool pool, Inspection inspection) {
    var serving = deployment.getSpec().serving();
    var layout =
        new GroupLayout(
            role.ranksPerGroup(),
            mostRedundantExperts(role, index),
            serving.maxContextTokens(),
            serving.cacheTokensPerRank(),
            serving.maxBatchTokens());
    var numerics = inspection.numerics(deployment.getSpec().backend());
    var request =
        new PlanRequest(
            "roles[%d]".formatted(index), inspection.shape(), numerics, layout, pool.capacity());
    return switch (Planner.judge(request)) {
      case Verdict.Feasible(var plan) ->
          new PlannedRole(role, plan, pool.pricePerHour(role.ranksPerGroup()));
      case Verdict.Infeasible(var problems, var nearest) ->
          throw new StalledException(
              "PlanInfeasible",
              message(
                  problems,
                  nearest.map(Planning::describe).orElse("no layout of this model fits the pool")));
    };
  }

  /** What its ranks keep memory for. */
  private static int mostRedundantExperts(Role role, int index) {
    var most = role.scaling() == null ? null : role.scaling().maxRedundantExperts();
    if (most != null && (most - role.redundantExperts()) % role.ranksPerGroup() != 0) {
      throw new StalledException(
          "PlanInfeasible",
          "spec.roles[%d].scaling.maxRedundantExperts: %d more than redundantExperts do not divide over %d ranks"
              .formatted(index, most - role.redundantExperts(), role.ranksPerGroup()));
    }
    return most == null ? role.redundantExperts() : most;
  }

  private static String message(List<Problem> problems, String nearest) {
    return problems.stream().map(Problem::toString).collect(Collectors.joining("; "))
        + ". Nearest plan that fits: "
        + nearest;
  }

  private static String describe(PhysicalPlan plan) {
    var layout = plan.layout();
    return "ranksPerGroup %d, redundantExperts %d, maxContextTokens %d, cacheTokensPerRank %d"
        .formatted(
            layout.ranks(),
            layout.redundantExperts(),
            layout.maxContextTokens(),
            layout.cacheTokens());
  }
}
