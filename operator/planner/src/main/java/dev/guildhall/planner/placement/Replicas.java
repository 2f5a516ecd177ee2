package dev.guildhall.planner.placement;

import java.util.Arrays;

/** How many replicas each expert gets. */
final class Replicas {

  private Replicas() {}

  /**
   * One replica each, then one more at a time to the expert whose replicas are heaviest (the lowest
   * id among equals), none getting more than {@code most}. No other numbers make the heaviest
   * replica lighter.
   *
   * @param slots at most experts × most
   */
  static int[] spread(double[] tokens, int slots, int most) {
    int[] replicas = new int[tokens.length];
    Arrays.fill(replicas, 1);
    double[] share = tokens.clone();
    for (int spare = slots - tokens.length; spare > 0; spare--) {
      int heaviest = -1;
      double largest = -1;
      for (int expert = 0; expert < share.length; expert++) {
        if (share[expert] > largest && replicas[expert] < most) {
          largest = share[expert];
          heaviest = expert;
        }
      }
      share[heaviest] = tokens[heaviest] / ++replicas[heaviest];
    }
    return replicas;
  }
}
