package dev.guildhall.engine.server;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.cluster.ExpertGroup;
import dev.guildhall.engine.runtime.Generator;
import dev.guildhall.engine.runtime.RuntimeStatus;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/** Metrics that are read from the rank's state when somebody asks. */
final class StatusMetrics {
  private final PrometheusRegistry registry;
  private final Generator generator;

  private StatusMetrics(PrometheusRegistry registry, Generator generator) {
    this.registry = registry;
    this.generator = generator;
  }

  static void register(
      PrometheusRegistry registry,
      Generator generator,
      Backend backend,
      ExpertGroup group,
      Supplier<LivePlacement.State> placement) {
    StatusMetrics metrics = new StatusMetrics(registry, generator);
    metrics.status(EngineMetrics.RUNNING, RuntimeStatus::running);
    metrics.status(EngineMetrics.WAITING, RuntimeStatus::waiting);
    metrics.status(EngineMetrics.QUEUED_TOKENS, RuntimeStatus::queuedTokens);
    metrics.status(EngineMetrics.CACHE_USAGE, s -> (double) s.pagesUsed() / s.pages());
    metrics.gauge(EngineMetrics.GROUP_EPOCH, () -> group.view().epoch());
    metrics.gauge(EngineMetrics.GROUP_READY, () -> group.view().ready() ? 1 : 0);
    metrics.gauge(EngineMetrics.GROUP_MISSING, () -> group.missing().size());
    metrics.gauge(EngineMetrics.PLACEMENT, group::placement);
    metrics.gauge(EngineMetrics.PLACEMENT_PAUSE, () -> placement.get().pauseNanos() / 1e9);
    metrics.gauge(EngineMetrics.PLACEMENT_LOAD, () -> placement.get().loadNanos() / 1e9);
    metrics.gauge(EngineMetrics.BALANCEDNESS, () -> balancedness(backend.expertTokens()));
    CounterWithCallback.builder()
        .name(EngineMetrics.EXPERT_TOKENS.name())
        .help(EngineMetrics.EXPERT_TOKENS.help())
        .labelNames(EngineMetrics.EXPERT_TOKENS.labels().toArray(String[]::new))
        .callback(
            callback -> {
              long[][] tokens = backend.expertTokens();
              for (int layer = 0; layer < tokens.length; layer++) {
                callback.call(LongStream.of(tokens[layer]).sum(), String.valueOf(layer));
              }
            })
        .register(registry);
  }

  private void status(MetricSpec spec, ToDoubleFunction<RuntimeStatus> value) {
    gauge(spec, () -> value.applyAsDouble(generator.status()));
  }

  private void gauge(MetricSpec spec, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(spec.name())
        .help(spec.help())
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /** 1 before anything was routed. */
  static double balancedness(long[][] tokens) {
    double sum = 0;
    int counted = 0;
    for (long[] layer : tokens) {
      long most = LongStream.of(layer).max().orElse(0);
      if (most > 0) {
        sum += (double) LongStream.of(layer).sum() / layer.length / most;
        counted++;
      }
    }
    return counted == 0 ? 1 : sum / counted;
  }
}
