package dev.guildhall.dashboards;

/** The few shapes that most expressions have. */
final class Promql {
  private static final String WINDOW = "$__rate_interval";

  private Promql() {}

  /** Change per second of a counter, summed by labels. */
  static String rate(String counter, String by) {
    return "sum by (%s) (rate(%s[%s]))".formatted(by, counter, WINDOW);
  }

  /** Change per second of a counter, over everything. */
  static String rate(String counter) {
    return "sum(rate(%s[%s]))".formatted(counter, WINDOW);
  }

  /** A quantile of a histogram by one label, or over everything when the label is empty. */
  static String quantile(double q, String histogram, String selector, String by) {
    return quantile(q, histogram, selector, by, WINDOW);
  }

  static String quantile(double q, String histogram, String selector, String by, String window) {
    var grouping = by.isEmpty() ? "le" : by + ", le";
    return "histogram_quantile(%s, sum by (%s) (rate(%s_bucket%s[%s])))"
        .formatted(q, grouping, histogram, selector, window);
  }

  /** One sum over another by labels. */
  static String ratio(String above, String below, String by) {
    return "sum by (%s) (rate(%s[%s])) / sum by (%s) (rate(%s[%s]))"
        .formatted(by, above, WINDOW, by, below, WINDOW);
  }
}
