package dev.guildhall.planner.scaling;

import java.util.List;

/**
 * A straight line through recent demand. The slope counts only where it stands out of the noise.
 *
 * @param level demand now, per second
 * @param slope change of demand per second; 0 where noise explains it
 */
record Trend(double level, double slope) {

  /** Slopes below this many standard errors are noise. */
  private static final double SIGNIFICANT = 2;

  static Trend of(List<Point> points) {
    int n = points.size();
    double last = n == 0 ? 0 : points.getLast().value();
    if (n < 4) {
      return new Trend(last, 0);
    }
    long now = points.getLast().atMillis();
    double meanX = points.stream().mapToDouble(p -> (p.atMillis() - now) / 1e3).average().orElse(0);
    double meanY = points.stream().mapToDouble(Point::value).average().orElse(0);
    double xx = 0;
    double xy = 0;
    for (Point point : points) {
      double x = (point.atMillis() - now) / 1e3 - meanX;
      xx += x * x;
      xy += x * (point.value() - meanY);
    }
    if (xx == 0) {
      return new Trend(last, 0);
    }
    double slope = xy / xx;
    double residual = 0;
    for (Point point : points) {
      double x = (point.atMillis() - now) / 1e3 - meanX;
      double miss = point.value() - meanY - slope * x;
      residual += miss * miss;
    }
    double error = Math.sqrt(residual / (n - 2) / xx);
    boolean real = Math.abs(slope) > SIGNIFICANT * error;
    double level = real ? meanY - slope * meanX : meanY;
    // A step is seen at once, not when the line has bent.
    double recent = (last + points.get(n - 2).value()) / 2;
    double spread = Math.sqrt(residual / (n - 2));
    return new Trend(Math.max(0, recent > level + spread ? recent : level), real ? slope : 0);
  }

  /** Demand after some seconds if it rises as it does; a fall is not counted on. */
  double after(double seconds) {
    return level + Math.max(0, slope) * seconds;
  }

  /** Factor by which demand rises in that time, at most doubled. */
  double growth(double seconds) {
    return level == 0 ? 1 : Math.min(2, after(seconds) / level);
  }
}
