package dev.guildhall.engine.server;

import java.util.List;

/**
 * What a metric is, for those who draw or document it.
 *
 * @param name as exposed, suffix included
 * @param type of the series
 * @param unit of a sample: {@code seconds}, {@code tokens}, {@code ratio} and so on
 * @param help one sentence that defines it
 * @param labels names; every label's values are bounded
 */
public record MetricSpec(String name, Type type, String unit, String help, List<String> labels) {

  /** Types of Prometheus. */
  public enum Type {
    /** Only rises. */
    COUNTER,
    /** Rises and falls. */
    GAUGE,
    /** Counts in buckets. */
    HISTOGRAM
  }
}
