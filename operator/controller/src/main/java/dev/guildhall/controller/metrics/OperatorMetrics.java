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
          "1 where a deployment's condition Ready is True, or only waits for a version that is tried; else 0",
          List.of("namespace", "deployment"));

  /** Groups of a role. */
  public static final OperatorMetrics ROLE_GROUPS =
      new OperatorMetrics(
          "guildhall_role_groups",
          "gauge",
          "groups",
          "Groups of a role: wanted, and serving, in whichever version",
          List.of("namespace", "deployment", "role", "state"));

  /** Groups that each signal asks for. */
  public static final OperatorMetrics ROLE_GROUPS_NEEDED =
      new OperatorMetrics(
          "guildhall_role_groups_needed",
          "gauge",
          "groups",
          "Groups (a fraction) that each signal asks for in a role that the operator scales, before bounds, quota and budget; the largest counts, and fewer only after a while. No row while signals are missing or stale: status.scaling.held says which",
          List.of("namespace", "deployment", "role", "signal"));

  /** Share of the requests of a version that is tried. */
  public static final OperatorMetrics CANARY_WEIGHT =
      new OperatorMetrics(
          "guildhall_canary_weight_percent",
          "gauge",
          "percent",
          "Share of a model's requests that a version gets that is tried, 0 too after it failed; no row without one",
          List.of("namespace", "deployment", "role"));

  /** All of them. */
  public static final List<OperatorMetrics> ALL =
      List.of(POOL_GPUS, DEPLOYMENT_READY, ROLE_GROUPS, ROLE_GROUPS_NEEDED, CANARY_WEIGHT);

  /** Registers it as a gauge with rows. */
  public MultiGauge multiGauge(MeterRegistry registry) {
    return MultiGauge.builder(name.replace('_', '.')).description(help).register(registry);
  }
}
