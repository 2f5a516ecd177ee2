package dev.guildhall.controller.metrics;

import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Rows of a gauge. A row that is there is changed, never made anew: between removing and adding it
 * a scrape would find none, and alerts would begin to wait again.
 */
public final class Gauges {

  private final MultiGauge gauge;
  private final Map<Tags, Double> values = new ConcurrentHashMap<>();

  /** Without rows. */
  public Gauges(MultiGauge gauge) {
    this.gauge = gauge;
  }

  /** Sets the row with these tags. */
  public synchronized void show(Tags tags, double value) {
    if (values.put(tags, value) == null) {
      register();
    }
  }

  /** Removes all other rows. */
  public synchronized void retain(Predicate<Tags> kept) {
    if (values.keySet().removeIf(kept.negate())) {
      register();
    }
  }

  private void register() {
    gauge.register(
        values.keySet().stream()
            .map(tags -> MultiGauge.Row.of(tags, () -> values.getOrDefault(tags, 0.0)))
            .toList(),
        false);
  }
}
