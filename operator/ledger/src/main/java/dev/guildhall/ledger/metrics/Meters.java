package dev.guildhall.ledger.metrics;

import dev.guildhall.ledger.Commits.Charged;
import dev.guildhall.ledger.Usage;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** What the calls count. A repeated event counts once. */
@Singleton
public final class Meters {
  private final Counter events;
  private final Counter reservations;
  private final Counter charge;
  private final Counter tokens;
  private final Histogram writes;
  private final BoundedLabel tenants = new BoundedLabel(1000);

  Meters(Registry registry) {
    events = registry.counter(LedgerMetrics.EVENTS);
    reservations = registry.counter(LedgerMetrics.RESERVATIONS);
    charge = registry.counter(LedgerMetrics.CHARGE);
    tokens = registry.counter(LedgerMetrics.TOKENS);
    writes = registry.histogram(LedgerMetrics.WRITE_SECONDS);
  }

  /** Measures a write. */
  public <T> T timed(String call, Supplier<T> write) {
    long start = System.nanoTime();
    try {
      return write.get();
    } finally {
      writes.labelValues(call).observe((System.nanoTime() - start) / 1e9);
    }
  }

  /** Counts a batch of node states. */
  public void nodeStates(int written, int repeated, int shifted) {
    events.labelValues("node-state", "written").inc(written);
    events.labelValues("node-state", "repeated").inc(repeated);
    events.labelValues("node-state", "shifted").inc(shifted);
  }

  /** Counts a reservation's result. */
  public void reservation(String result) {
    reservations.labelValues(result).inc();
  }

  /** Counts usage and its charge. */
  public void usage(Usage usage, Charged charged, String currency) {
    events.labelValues("usage", charged.repeated() ? "repeated" : "written").inc();
    if (charged.repeated()) {
      return;
    }
    if (!charged.priced()) {
      events.labelValues("usage", "unpriced").inc();
    }
    String tenant = tenants.of(usage.tenant());
    charge.labelValues(tenant, currency).inc(charged.total().doubleValue());
    tokens.labelValues(tenant, "input").inc(usage.promptTokens() - usage.cachedTokens());
    tokens.labelValues(tenant, "cached_input").inc(usage.cachedTokens());
    tokens.labelValues(tenant, "output").inc(usage.completionTokens());
  }
}
