package dev.guildhall.dashboards;

import dev.guildhall.controller.metrics.OperatorMetrics;
import dev.guildhall.engine.server.EngineMetrics;
import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.ledger.metrics.LedgerMetrics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Every metric that some process of Guildhall exposes, by name. */
final class MetricCatalog {
  private static final List<String> HISTOGRAM_SUFFIXES = List.of("_bucket", "_count", "_sum");

  private final Map<String, Metric> metrics = new TreeMap<>();
  private final Map<String, Metric> series = new HashMap<>();

  MetricCatalog(Collection<Metric> all) {
    for (var metric : all) {
      if (metrics.put(metric.name(), metric) != null) {
        throw new IllegalStateException("two registries list the metric " + metric.name());
      }
      if (metric.type() == Metric.Type.HISTOGRAM) {
        HISTOGRAM_SUFFIXES.forEach(suffix -> series.put(metric.name() + suffix, metric));
      } else {
        series.put(metric.name(), metric);
      }
    }
  }

  /** The catalog of this version: what the registries of all processes list. */
  static MetricCatalog ofProcesses() {
    var all = new ArrayList<Metric>();
    EngineMetrics.ALL.forEach(
        m -> all.add(new Metric(m.name(), type(m.type()), m.unit(), m.help(), m.labels())));
    GatewayMetrics.ALL.forEach(
        m -> all.add(new Metric(m.name(), type(m.type()), m.unit(), m.help(), m.labels())));
    LedgerMetrics.ALL.forEach(
        m -> all.add(new Metric(m.name(), type(m.type()), m.unit(), m.help(), m.labels())));
    OperatorMetrics.ALL.forEach(
        m ->
            all.add(
                new Metric(
                    m.name(),
                    Metric.Type.valueOf(m.type().toUpperCase(Locale.ROOT)),
                    m.unit(),
                    m.help(),
                    m.labels())));
    all.addAll(OperatorSdkMetrics.ALL);
    return new MetricCatalog(all);
  }

  Collection<Metric> metrics() {
    return metrics.values();
  }

  /**
   * Whether a process exposes series of this name; a histogram's are its buckets, count and sum.
   */
  boolean hasSeries(String name) {
    return series.containsKey(name);
  }

  /**
   * The metric that a series belongs to.
   *
   * @throws UnknownMetricException if no process exposes it
   */
  Metric ofSeries(String name) {
    var metric = series.get(name);
    if (metric == null) {
      throw new UnknownMetricException(name, metrics.keySet());
    }
    return metric;
  }

  private static Metric.Type type(Enum<?> theirs) {
    return Metric.Type.valueOf(theirs.name());
  }
}
