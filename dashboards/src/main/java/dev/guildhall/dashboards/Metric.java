package dev.guildhall.dashboards;

import java.util.List;

/**
 * One metric of a process, as its registry lists it.
 *
 * @param name as Prometheus shows it; a histogram's without its suffix
 * @param type of the series
 * @param unit of a sample, such as {@code seconds}
 * @param help the sentence that defines it
 * @param labels label names that the process itself sets
 */
record Metric(String name, Type type, String unit, String help, List<String> labels) {

  /** Types of Prometheus. */
  enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }
}
