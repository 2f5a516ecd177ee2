package dev.guildhall.simulator.cluster;

/**
 * A sliding percentile of ratios between 0.001 and 1000, in logarithmic buckets 3.5 % wide: the
 * window is a number of slots, and {@link #turn} drops the oldest.
 */
final class Histogram {

  private static final int BUCKETS = 400;
  private static final double LOW = 1e-3;
  private static final double STEP = Math.log(1e6) / BUCKETS;

  private final int[][] slots;
  private int current;

  Histogram(int slots) {
    this.slots = new int[slots][BUCKETS];
  }

  void add(double ratio) {
    int bucket = (int) (Math.log(Math.max(LOW, ratio) / LOW) / STEP);
    slots[current][Math.min(BUCKETS - 1, bucket)]++;
  }

  void turn() {
    current = (current + 1) % slots.length;
    slots[current] = new int[BUCKETS];
  }

  /** The ratio that this share of the window does not exceed; NaN where the window is empty. */
  double percentile(double share) {
    long total = 0;
    for (int[] slot : slots) {
      for (int count : slot) {
        total += count;
      }
    }
    if (total == 0) {
      return Double.NaN;
    }
    long wanted = (long) Math.ceil(share * total);
    long seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      for (int[] slot : slots) {
        seen += slot[bucket];
      }
      if (seen >= wanted) {
        return LOW * Math.exp((bucket + 1) * STEP);
      }
    }
    return Double.NaN;
  }
}
