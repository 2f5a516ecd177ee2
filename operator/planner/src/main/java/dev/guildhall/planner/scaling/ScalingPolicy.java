package dev.guildhall.planner.scaling;

/**
 * How careful to be. {@link #DEFAULT} is one set of constants for every model, trace and load.
 *
 * @param staleSeconds a sample older than this is no sample
 * @param prefillUse share of a group's measured prompt rate that is planned for
 * @param queueShare share of the TTFT target that may be spent queueing
 * @param tpotUse share of the TPOT target that is planned for
 * @param kvUse share of the latent cache that is planned for
 * @param riseSeconds how far back rises of demand are looked for
 * @param downSeconds how long fewer groups must have sufficed before one is removed
 * @param downBand by how much demand may grow and still not need the removed group
 * @param sleepSeconds how long without any request before a role with {@code minGroups} 0 sleeps
 * @param rebalanceBelow balancedness under which moving experts is considered
 * @param rebalancedTo balancedness that a new placement is expected to reach
 * @param rebalanceSeconds shortest time between two new placements
 */
public record ScalingPolicy(
    double staleSeconds,
    double prefillUse,
    double queueShare,
    double tpotUse,
    double kvUse,
    double riseSeconds,
    double downSeconds,
    double downBand,
    double sleepSeconds,
    double rebalanceBelow,
    double rebalancedTo,
    double rebalanceSeconds) {

  /** What the operator uses unless told otherwise. */
  public static final ScalingPolicy DEFAULT =
      new ScalingPolicy(60, 0.95, 0.5, 0.9, 0.9, 600, 60, 0.05, 600, 0.85, 0.95, 300);

  /** The same with another time until sleep. */
  public ScalingPolicy withSleepSeconds(double seconds) {
    return new ScalingPolicy(
        staleSeconds,
        prefillUse,
        queueShare,
        tpotUse,
        kvUse,
        riseSeconds,
        downSeconds,
        downBand,
        seconds,
        rebalanceBelow,
        rebalancedTo,
        rebalanceSeconds);
  }
}
