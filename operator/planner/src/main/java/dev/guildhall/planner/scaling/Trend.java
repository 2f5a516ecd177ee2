package dev.guildhall.planner.scaling;

import java.util.Arrays;
import java.util.List;

/**
 * Where demand may go while a group starts: as far as it went within that time before. No shape is
 * assumed. The middle one of past rises counts: noise goes down as often as up and asks for no
 * reserve, demand that keeps rising does.
 *
 * @param level demand now, per second: the mean of the last two points
 * @param rise factor by which it rose within the lead time; at least 1, at most 2
 */
record Trend(double level, double rise) {

  private static final double MOST = 2;

  /**
   * Reads the past.
   *
   * @param points demand in order of time
   * @param leadSeconds how long a group takes to start
   */
  static Trend of(List<Point> points, double leadSeconds) {
    if (points.isEmpty()) {
      return new Trend(0, 1);
    }
    double[] rises = new double[points.size()];
    int count = 0;
    int from = 0;
    for (int to = 1; to < points.size(); to++) {
      while (points.get(to).atMillis() - points.get(from).atMillis() > leadSeconds * 1000) {
        from++;
      }
      double before = level(points, from);
      if (before > 0 && from < to) {
        rises[count++] = level(points, to) / before;
      }
    }
    return new Trend(level(points, points.size() - 1), rise(rises, count));
  }

  /** Demand that is to be expected when a group wanted now is there. */
  double expected() {
    return level * rise;
  }

  private static double level(List<Point> points, int at) {
    return (points.get(at).value() + points.get(Math.max(0, at - 1)).value()) / 2;
  }

  private static double rise(double[] rises, int count) {
    if (count == 0) {
      return 1;
    }
    Arrays.sort(rises, 0, count);
    return Math.clamp(rises[(count - 1) / 2], 1, MOST);
  }
}
