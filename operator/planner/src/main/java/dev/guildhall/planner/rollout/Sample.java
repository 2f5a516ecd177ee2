package dev.guildhall.planner.rollout;

/**
 * Durations that were measured.
 *
 * @param count how many
 * @param mean in seconds; any value where there are none
 * @param deviation standard deviation in seconds
 */
public record Sample(long count, double mean, double deviation) {

  /** Nothing was measured. */
  public static final Sample NONE = new Sample(0, 0, 0);

  /** Of the mean: how far it may lie from the true one by chance. */
  double standardError() {
    return count == 0 ? Double.POSITIVE_INFINITY : deviation / Math.sqrt(count);
  }
}
