package dev.guildhall.engine.server;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Counts what came from ranks that compute prompts for this one. */
final class TransferMetrics {
  private static final double NANOS = 1e-9;

  private final Counter transfers;
  private final Counter tokens;
  private final Histogram seconds;

  TransferMetrics(PrometheusRegistry registry) {
    transfers = EngineMetrics.TRANSFERS.counter(registry);
    tokens = EngineMetrics.TRANSFERRED_TOKENS.counter(registry);
    seconds = EngineMetrics.TRANSFER_TIME.histogram(registry);
    transfers.initLabelValues("ok");
    transfers.initLabelValues("failed");
  }

  void came(int count, long nanos) {
    transfers.labelValues("ok").inc();
    tokens.inc(count);
    seconds.observe(nanos * NANOS);
  }

  void failed() {
    transfers.labelValues("failed").inc();
  }
}
