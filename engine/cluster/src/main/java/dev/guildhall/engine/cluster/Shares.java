package dev.guildhall.engine.cluster;

/**
 * Which ranks compute an expert's rows for one caller, and what part of them each.
 *
 * @param ranks none where nobody who is there holds the expert
 * @param upTo for each of them the parts of it and those before it, in 2⁻³² of all rows; the last
 *     is 2³²
 */
record Shares(int[] ranks, long[] upTo) {
  /** Nobody who is there holds the expert. */
  static final Shares NOBODY = new Shares(new int[0], new long[0]);

  private static final long ALL = 1L << 32;

  /** One rank for all rows. */
  static Shares all(int rank) {
    return new Shares(new int[] {rank}, new long[] {ALL});
  }

  /** In proportion to weights, of which one at least is above zero. */
  static Shares of(int[] ranks, int[] weights) {
    double sum = 0;
    for (int weight : weights) {
      sum += weight;
    }
    long[] upTo = new long[ranks.length];
    double before = 0;
    for (int k = 0; k < ranks.length; k++) {
      before += weights[k];
      upTo[k] = Math.round(ALL * (before / sum));
    }
    return new Shares(ranks, upTo);
  }

  /** The rank at a point between 0 and 2³², or {@link Placement#NOBODY}. */
  int at(long point) {
    for (int k = 0; k < ranks.length; k++) {
      if (point < upTo[k]) {
        return ranks[k];
      }
    }
    return Placement.NOBODY;
  }
}
