package dev.guildhall.ledger.metrics;

import dev.guildhall.ledger.metrics.LedgerMetrics.Definition;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Registers metrics as {@link LedgerMetrics} defines them and writes them in Prometheus' text
 * format.
 */
@Singleton
final class Registry {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  Counter counter(Definition metric) {
    return Counter.builder()
        .name(metric.name())
        .help(metric.help())
        .labelNames(labels(metric))
        .register(registry);
  }

  Histogram histogram(Definition metric) {
    return Histogram.builder()
        .name(metric.name())
        .help(metric.help())
        .labelNames(labels(metric))
        .classicOnly()
        .register(registry);
  }

  void counter(Definition metric, Consumer<CounterWithCallback.Callback> values) {
    CounterWithCallback.builder()
        .name(metric.name())
        .help(metric.help())
        .labelNames(labels(metric))
        .callback(values)
        .register(registry);
  }

  void gauge(Definition metric, Consumer<GaugeWithCallback.Callback> values) {
    GaugeWithCallback.builder()
        .name(metric.name())
        .help(metric.help())
        .labelNames(labels(metric))
        .callback(values)
        .register(registry);
  }

  String text() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(text, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private static String[] labels(Definition metric) {
    return metric.labels().toArray(String[]::new);
  }
}
