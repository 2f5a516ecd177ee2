package dev.guildhall.controller.deployment;

import dev.guildhall.crds.Role;
import dev.guildhall.planner.plan.PhysicalPlan;

/**
 * A role and the plan that was found to fit.
 *
 * @param role as the deployment asks for it
 * @param plan what one group of it takes, with the most redundant experts it may come to
 * @param pricePerGroupHour such as {@code 8.00 USD}
 */
record PlannedRole(Role role, PhysicalPlan plan, String pricePerGroupHour) {

  /** Redundant experts that its ranks have room for in each layer. */
  int mostRedundantExperts() {
    return plan.layout().redundantExperts();
  }
}
