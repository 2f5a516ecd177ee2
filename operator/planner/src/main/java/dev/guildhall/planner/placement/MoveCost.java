package dev.guildhall.planner.placement;

/**
 * What loading replicas costs a group.
 *
 * @param bytesPerReplica weights of one expert in one layer; 44.05 MB for DeepSeek-V3 in FP8
 * @param bytesPerSecond what one rank receives over the pool's network
 * @param slowdown share of the group's speed that is lost while replicas are loaded in the
 *     background
 * @param pauseSeconds how long the group stands still when it switches
 */
public record MoveCost(
    long bytesPerReplica, double bytesPerSecond, double slowdown, double pauseSeconds) {

  /** Weights of one DeepSeek-V3 expert in FP8 with block scales: 3 × 7168 × 2048 and scales. */
  public static final long DEEPSEEK_V3_FP8_BYTES = 44_050_944L;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException where one is negative, not finite, or a rate is zero
   */
  public MoveCost {
    boolean sound =
        bytesPerReplica >= 0
            && bytesPerSecond > 0
            && slowdown >= 0
            && slowdown <= 1
            && pauseSeconds >= 0
            && pauseSeconds < Double.POSITIVE_INFINITY;
    if (!sound) {
      throw new IllegalArgumentException(
          "bytes and seconds must not be negative, the rate positive, the slowdown from 0 to 1");
    }
  }
}
