package dev.guildhall.simulator.model;

import dev.guildhall.planner.scaling.RoleKind;

/**
 * One role.
 *
 * @param kind what its groups compute; also its name
 * @param maxBatchTokens prompt tokens of a rank in one step at most
 * @param step time of a step
 */
public record RoleModel(RoleKind kind, int maxBatchTokens, StepModel step) {

  /** Its name in decisions and tables. */
  public String name() {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }
}
