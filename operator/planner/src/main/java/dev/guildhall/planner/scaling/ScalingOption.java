package dev.guildhall.planner.scaling;

import java.math.BigDecimal;

/**
 * An action that was weighed.
 *
 * @param action what
 * @param costPerHour what it adds to the bill per hour, in the pool's currency; negative where it
 *     saves
 * @param reason why it was chosen or rejected
 */
public record ScalingOption(Action action, BigDecimal costPerHour, String reason) {

  @Override
  public String toString() {
    return "%s (%s per hour): %s".formatted(action, costPerHour.toPlainString(), reason);
  }
}
