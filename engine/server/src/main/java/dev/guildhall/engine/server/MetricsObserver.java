package dev.guildhall.engine.server;

import dev.guildhall.engine.runtime.Completion;
import dev.guildhall.engine.runtime.RuntimeObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/** Counts what the runtime does. */
final class MetricsObserver implements RuntimeObserver {
  private static final double[] LATENCY_BUCKETS = {
    0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    20, 40, 80, 160
  };
  private static final double NANOS = 1e-9;

  private final PrometheusRegistry registry;
  private final Counter promptTokens;
  private final Counter generationTokens;
  private final Counter prefixQueries;
  private final Counter prefixHits;
  private final Counter preemptions;
  private final Counter finished;
  private final Counter busy;
  private final Histogram firstToken;
  private final Histogram interToken;
  private final Histogram endToEnd;
  private final Histogram queueTime;

  MetricsObserver(PrometheusRegistry registry) {
    this.registry = registry;
    promptTokens = counter(EngineMetrics.PROMPT_TOKENS);
    generationTokens = counter(EngineMetrics.GENERATION_TOKENS);
    prefixQueries = counter(EngineMetrics.PREFIX_QUERIES);
    prefixHits = counter(EngineMetrics.PREFIX_HITS);
    preemptions = counter(EngineMetrics.PREEMPTIONS);
    finished = counter(EngineMetrics.FINISHED);
    busy = counter(EngineMetrics.BUSY);
    firstToken = histogram(EngineMetrics.FIRST_TOKEN);
    interToken = histogram(EngineMetrics.INTER_TOKEN);
    endToEnd = histogram(EngineMetrics.END_TO_END);
    queueTime = histogram(EngineMetrics.QUEUE_TIME);
    // Series exist from the start, so that rates over them are right from the first event on.
    for (Completion.Reason reason : Completion.Reason.values()) {
      finished.initLabelValues(label(reason));
    }
    busy.initLabelValues("prefill");
    busy.initLabelValues("decode");
  }

  private Counter counter(MetricSpec spec) {
    return Counter.builder()
        .name(spec.name())
        .help(spec.help())
        .labelNames(spec.labels().toArray(String[]::new))
        .register(registry);
  }

  private Histogram histogram(MetricSpec spec) {
    return Histogram.builder()
        .name(spec.name())
        .help(spec.help())
        .classicOnly()
        .classicUpperBounds(LATENCY_BUCKETS)
        .register(registry);
  }

  private static String label(Completion.Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void stepped(int prefillTokens, int decodeTokens, long prefillNanos, long decodeNanos) {
    promptTokens.inc(prefillTokens);
    busy.labelValues("prefill").inc(prefillNanos * NANOS);
    busy.labelValues("decode").inc(decodeNanos * NANOS);
  }

  @Override
  public void admitted(long queueNanos) {
    queueTime.observe(queueNanos * NANOS);
  }

  @Override
  public void prefixLookup(int queriedTokens, int hitTokens) {
    prefixQueries.inc(queriedTokens);
    prefixHits.inc(hitTokens);
  }

  @Override
  public void preempted() {
    preemptions.inc();
  }

  @Override
  public void firstToken(long nanos) {
    generationTokens.inc();
    firstToken.observe(nanos * NANOS);
  }

  @Override
  public void nextToken(long nanos) {
    generationTokens.inc();
    interToken.observe(nanos * NANOS);
  }

  @Override
  public void finished(Completion completion, long nanos) {
    finished.labelValues(label(completion.reason())).inc();
    endToEnd.observe(nanos * NANOS);
  }
}
