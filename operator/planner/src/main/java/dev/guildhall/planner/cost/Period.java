package dev.guildhall.planner.cost;

/**
 * A half-open span of time.
 *
 * @param from first nanosecond since the epoch, UTC
 * @param to the nanosecond after the last one
 */
public record Period(long from, long to) {
  /** Checks the order. */
  public Period {
    if (to < from) {
      throw new IllegalArgumentException(
          "the period ends (" + to + ") before it begins (" + from + ")");
    }
  }
}
