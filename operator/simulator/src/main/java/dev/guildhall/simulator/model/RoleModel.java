package dev.guildhall.simulator.model;

import dev.guildhall.planner.scaling.RoleKind;
import java.util.Locale;

/**
 * One role.
 *
 * @param kind what its groups compute; also its name
 * @param maxBatchTokens prompt tokens of a rank in one step at most; fewer where they have many
 *     keys
 * @param step time of a step
 */
public record RoleModel(RoleKind kind, int maxBatchTokens, StepModel step) {

  /** Microseconds that a rank spends on prompts in one step at most. */
  public double stepMicros() {
    return maxBatchTokens * step.promptTokenMicros();
  }

  /** Its name in decisions and tables. */
  public String name() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
