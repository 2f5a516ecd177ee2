package dev.guildhall.engine.server;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
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

  private static final double[] LATENCY_BUCKETS = {
    0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    20, 40, 80, 160
  };

  Counter counter(PrometheusRegistry registry) {
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames(labels.toArray(String[]::new))
        .register(registry);
  }

  Histogram histogram(PrometheusRegistry registry) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .classicOnly()
        .classicUpperBounds(LATENCY_BUCKETS)
        .register(registry);
  }
}
