package dev.guildhall.controller.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import java.util.List;

/**
 * Every metric of the operator's own, as data: dashboards, rules and the reference page are made
 * from this list. Those of the SDK ({@code operator_sdk_*}) come beside them.
 *
 * @param name as Prometheus shows it
 * @param type gauge or counter
 * @param unit of the value
 * @param help what it says
 * @param labels names of its labels
 */
public record OperatorMetrics(
    String name, String type, String unit, String help, List<String> labels) {

  /** GPUs of a pool by state. */
  public static final OperatorMetrics POOL_GPUS =
      new OperatorMetrics(
          "guildhall_pool_gpus",
          "gauge",
          "GPUs",
          "GPUs of a pool by state; the states add up to all of them",
          List.of("pool", "state"));

  /** Whether a deployment is ready. */
  public static final OperatorMetrics DEPLOYMENT_READY =
      new OperatorMetrics(
          "guildhall_deployment_ready",
          "gauge",
          "1",
          "1 where a deployment's condition Ready is True, else 0",
          List.of("namespace", "deployment"));

  /** All of them. */
  public static final List<OperatorMetrics> ALL = List.of(POOL_GPUS, DEPLOYMENT_READY);

  /** Registers it as a gauge with rows. */
  public MultiGauge multiGauge(MeterRegistry registry) {
    return MultiGauge.builder(name.replace('_', '.')).description(help).register(registry);
  }
}
