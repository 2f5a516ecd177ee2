package dev.guildhall.engine.server;

import dev.guildhall.engine.runtime.Completion;
import dev.guildhall.engine.runtime.RuntimeObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/** Counts what the runtime does. */
final class MetricsObserver implements RuntimeObserver {
  private static final double NANOS = 1e-9;

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
    promptTokens = EngineMetrics.PROMPT_TOKENS.counter(registry);
    generationTokens = EngineMetrics.GENERATION_TOKENS.counter(registry);
    prefixQueries = EngineMetrics.PREFIX_QUERIES.counter(registry);
    prefixHits = EngineMetrics.PREFIX_HITS.counter(registry);
    preemptions = EngineMetrics.PREEMPTIONS.counter(registry);
    finished = EngineMetrics.FINISHED.counter(registry);
    busy = EngineMetrics.BUSY.counter(registry);
    firstToken = EngineMetrics.FIRST_TOKEN.histogram(registry);
    interToken = EngineMetrics.INTER_TOKEN.histogram(registry);
    endToEnd = EngineMetrics.END_TO_END.histogram(registry);
    queueTime = EngineMetrics.QUEUE_TIME.histogram(registry);
    // Series exist from the start, so that rates over them are right from the first event on.
    for (Completion.Reason reason : Completion.Reason.values()) {
      finished.initLabelValues(label(reason));
    }
    busy.initLabelValues("prefill");
    busy.initLabelValues("decode");
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
