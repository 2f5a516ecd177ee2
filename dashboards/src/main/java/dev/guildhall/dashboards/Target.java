package dev.guildhall.dashboards;

/**
 * One query of a panel.
 *
 * @param promql the expression; may use {@code $__rate_interval} and the dashboard's variables
 * @param legend how Grafana names its series, such as {@code {{model}}}
 * @param emptyWhenHealthy whether no result is the good case, as for refused requests, or the usual
 *     one, as for canaries
 */
record Target(String promql, String legend, boolean emptyWhenHealthy) {

  static Target of(String promql, String legend) {
    return new Target(promql, legend, false);
  }

  /** A query that returns nothing most of the time. */
  static Target ofOccasion(String promql, String legend) {
    return new Target(promql, legend, true);
  }

  /** A query that returns nothing while all is well. */
  static Target ofTrouble(String promql, String legend) {
    return new Target(promql, legend, true);
  }
}
