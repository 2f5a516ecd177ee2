package dev.guildhall.planner.placement;

/**
 * When balance is worth moving replicas.
 *
 * @param budget moves of one change, over all layers
 * @param expertShare share of a step's time that waits for the busiest rank's experts, 0 to 1
 * @param horizonSeconds how long a new placement is expected to stay good
 * @param margin how many times its cost a change must gain; above 1
 * @param leastGain balancedness below which a gain is taken for noise
 * @param windows how many windows must be seen before anything is moved
 */
public record PlacementPolicy(
    int budget,
    double expertShare,
    double horizonSeconds,
    double margin,
    double leastGain,
    int windows) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException where one is out of its range
   */
  public PlacementPolicy {
    boolean sound =
        budget >= 0
            && expertShare >= 0
            && expertShare <= 1
            && horizonSeconds >= 0
            && margin >= 1
            && leastGain >= 0
            && windows >= 1;
    if (!sound) {
      throw new IllegalArgumentException("a number of the placement policy is out of its range");
    }
  }
}
