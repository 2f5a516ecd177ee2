package dev.guildhall.planner.plan;

import java.util.List;
import java.util.Optional;

/** Whether a layout can be. */
public sealed interface Verdict {

  /** It can, and this is what it takes. */
  record Feasible(PhysicalPlan plan) implements Verdict {}

  /**
   * It cannot.
   *
   * @param problems every reason
   * @param nearest the feasible plan with the fewest changes; empty where no layout of this model
   *     fits the pool
   */
  record Infeasible(List<Problem> problems, Optional<PhysicalPlan> nearest) implements Verdict {}
}
