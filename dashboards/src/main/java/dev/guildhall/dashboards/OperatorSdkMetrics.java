package dev.guildhall.dashboards;

import dev.guildhall.dashboards.Metric.Type;
import java.util.List;

/**
 * Metrics of the operator that come from the Java Operator SDK's Micrometer support and from
 * Quarkus' JVM binders rather than from a registry of ours. The ones that dashboards use are listed
 * here, and the stack test compares the list with a real operator's metrics.
 */
final class OperatorSdkMetrics {
  static final List<Metric> ALL =
      List.of(
          new Metric(
              "operator_sdk_controllers_execution_reconcile_seconds_count",
              Type.COUNTER,
              "reconciliations",
              "Finished reconciliations by controller.",
              List.of("controller")),
          new Metric(
              "operator_sdk_controllers_execution_reconcile_seconds_sum",
              Type.COUNTER,
              "seconds",
              "Time spent in reconciliations by controller.",
              List.of("controller")),
          new Metric(
              "operator_sdk_controllers_execution_reconcile_failure_total",
              Type.COUNTER,
              "reconciliations",
              "Reconciliations that threw, by controller and exception; they are tried again.",
              List.of("controller", "exception")),
          new Metric(
              "jvm_memory_used_bytes",
              Type.GAUGE,
              "bytes",
              "Memory in use of the operator's JVM by area.",
              List.of("area", "id")));

  private OperatorSdkMetrics() {}
}
