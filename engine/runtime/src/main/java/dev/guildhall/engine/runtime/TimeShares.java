package dev.guildhall.engine.runtime;

/** Splits a step's wall time. */
final class TimeShares {
  private TimeShares() {}

  /**
   * Integer shares of {@code nanos} in proportion to {@code rows}, adding up to exactly {@code
   * nanos}: each share is the difference of two rounded running totals, so none is off by more than
   * a nanosecond and the same input gives the same split.
   */
  static long[] split(long nanos, int[] rows) {
    long total = 0;
    for (int r : rows) {
      total += r;
    }
    long[] shares = new long[rows.length];
    long seen = 0;
    long given = 0;
    for (int i = 0; i < rows.length; i++) {
      seen += rows[i];
      // No overflow: the nanoseconds of a step are below 2^43 (two hours), its rows below 2^20.
      long upTo = Math.multiplyExact(nanos, seen) / total;
      shares[i] = upTo - given;
      given = upTo;
    }
    return shares;
  }
}
