package dev.guildhall.controller.pool;

import dev.guildhall.controller.metrics.Gauges;
import dev.guildhall.controller.metrics.OperatorMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.stream.Collectors;

/** GPUs of each pool by state, as numbers. */
@ApplicationScoped
class PoolMetrics {

  private final Gauges gpus;

  PoolMetrics(MeterRegistry registry) {
    gpus = new Gauges(OperatorMetrics.POOL_GPUS.multiGauge(registry));
  }

  void show(String pool, PoolView view) {
    var counts =
        view.holdings().stream()
            .flatMap(node -> node.holdings().stream())
            .collect(
                Collectors.groupingBy(
                    holding -> Tags.of("pool", pool, "state", holding.state()),
                    Collectors.summingInt(Holding::gpus)));
    counts.forEach(gpus::show);
    gpus.retain(tags -> !isOf(pool, tags) || counts.containsKey(tags));
  }

  /** Forgets a pool that is gone. */
  void forget(String pool) {
    gpus.retain(tags -> !isOf(pool, tags));
  }

  private static boolean isOf(String pool, Tags tags) {
    return tags.stream()
        .anyMatch(tag -> tag.getKey().equals("pool") && tag.getValue().equals(pool));
  }
}
