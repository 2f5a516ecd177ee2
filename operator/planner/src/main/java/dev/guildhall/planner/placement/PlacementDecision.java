package dev.guildhall.planner.placement;

/** Whether a group's replicas are moved, and why. */
public sealed interface PlacementDecision {

  /** One sentence with the numbers that decided. */
  String reason();

  /** What the change that was looked at would do; zero where none was. */
  Forecast forecast();

  /**
   * The new placement is worth its cost.
   *
   * @param plan what to load, with its balance over the recorded windows
   */
  record Rebalance(PlacementPlan plan, Forecast forecast, String reason)
      implements PlacementDecision {}

  /** Nothing is moved. */
  record Keep(Forecast forecast, String reason) implements PlacementDecision {}

  /**
   * Gain and cost of one change, in seconds of the whole group.
   *
   * @param before balancedness of the current placement, mean over the recorded windows
   * @param after the same of the new one
   * @param uncertainty standard error of the difference over the windows; 0 for a single one
   * @param moved replicas to load
   * @param bytes what all ranks receive
   * @param loadSeconds until the rank with most to load has it
   * @param costSeconds group time lost by pause and by loading beside serving
   * @param gainSeconds group time saved over the horizon
   */
  record Forecast(
      double before,
      double after,
      double uncertainty,
      int moved,
      long bytes,
      double loadSeconds,
      double costSeconds,
      double gainSeconds) {
    static final Forecast NONE = new Forecast(0, 0, 0, 0, 0, 0, 0, 0);
  }
}
