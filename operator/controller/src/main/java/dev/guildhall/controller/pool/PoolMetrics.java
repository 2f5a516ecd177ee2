package dev.guildhall.controller.pool;

import dev.guildhall.controller.metrics.OperatorMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** GPUs of each pool by state, as numbers. */
@ApplicationScoped
class PoolMetrics {

  private final MultiGauge gpus;
  private final Map<String, Map<String, Integer>> shown = new TreeMap<>();

  PoolMetrics(MeterRegistry registry) {
    gpus = OperatorMetrics.POOL_GPUS.multiGauge(registry);
  }

  synchronized void show(String pool, PoolView view) {
    var counts =
        view.holdings().stream()
            .flatMap(node -> node.holdings().stream())
            .collect(
                Collectors.groupingBy(
                    Holding::state, TreeMap::new, Collectors.summingInt(Holding::gpus)));
    shown.put(pool, counts);
    register();
  }

  /** Forgets a pool that is gone. */
  synchronized void forget(String pool) {
    shown.remove(pool);
    register();
  }

  private void register() {
    gpus.register(
        shown.entrySet().stream()
            .flatMap(
                one ->
                    one.getValue().entrySet().stream()
                        .map(
                            state ->
                                MultiGauge.Row.of(
                                    Tags.of("pool", one.getKey(), "state", state.getKey()),
                                    state.getValue())))
            .toList(),
        true);
  }
}
