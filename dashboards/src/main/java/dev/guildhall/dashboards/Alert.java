package dev.guildhall.dashboards;

import java.util.Optional;

/**
 * An alerting rule. Its runbook is {@code dashboards/runbooks/NAME.md}.
 *
 * @param name in camel case
 * @param severity how fast somebody must act
 * @param value the watched number; has a result whenever the processes run, unless it counts rare
 *     events
 * @param condition comparison with the limit, such as {@code > 0.9}
 * @param also a second condition that must hold too, such as a burn rate over another window
 * @param forTime how long it must hold, in Prometheus' notation
 * @param rareEvent whether the value has no series until something went wrong once
 * @param summary one line for the notification
 * @param description what it means, with the labels' values
 */
record Alert(
    String name,
    Severity severity,
    String value,
    String condition,
    Optional<String> also,
    String forTime,
    boolean rareEvent,
    String summary,
    String description) {

  /** How fast somebody must act. */
  enum Severity {
    CRITICAL,
    WARNING,
    INFO
  }

  /** An alert on one number. */
  static Alert of(
      Severity severity,
      String name,
      String value,
      String condition,
      String forTime,
      String summary,
      String description) {
    return new Alert(
        name, severity, value, condition, Optional.empty(), forTime, false, summary, description);
  }

  /** The same, for a number that has no series until it happened once. */
  Alert ofRareEvents() {
    return new Alert(name, severity, value, condition, also, forTime, true, summary, description);
  }

  /** The same, with a second condition. */
  Alert and(String second) {
    return new Alert(
        name,
        severity,
        value,
        condition,
        Optional.of(second),
        forTime,
        rareEvent,
        summary,
        description);
  }

  /** The whole expression. */
  String promql() {
    var first = value + " " + condition;
    return also.map(second -> "(" + first + ") and (" + second + ")").orElse(first);
  }
}
