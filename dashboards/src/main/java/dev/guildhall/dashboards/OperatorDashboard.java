package dev.guildhall.dashboards;

import static dev.guildhall.dashboards.Panel.lines;

import dev.guildhall.dashboards.Dashboard.Row;
import java.util.List;

/** How the operator is doing. */
final class OperatorDashboard {
  private static final String COUNT = "operator_sdk_controllers_execution_reconcile_seconds_count";
  private static final String SUM = "operator_sdk_controllers_execution_reconcile_seconds_sum";

  private OperatorDashboard() {}

  static Dashboard dashboard() {
    return new Dashboard(
        "guildhall-operator",
        "Guildhall / Operator",
        "How the operator is doing: reconciliations, failures, time and memory.",
        List.of(),
        List.of(
            Row.of(
                "Reconciliations",
                lines(
                    "Reconciliations",
                    Units.PER_SECOND,
                    "Finished reconciliations per second. Without changes each resource is looked at about once a minute.",
                    Target.of(Promql.rate(COUNT, "controller"), "{{controller}}")),
                lines(
                    "Failures",
                    Units.PER_SECOND,
                    "Reconciliations per second that threw and are tried again.",
                    Target.ofTrouble(
                        Promql.rate(
                            "operator_sdk_controllers_execution_reconcile_failure_total",
                            "controller, exception"),
                        "{{controller}} {{exception}}")),
                lines(
                    "Time of a reconciliation",
                    Units.SECONDS,
                    "Mean time of a reconciliation by controller.",
                    Target.of(Promql.ratio(SUM, COUNT, "controller"), "{{controller}}")),
                lines(
                    "Memory",
                    "bytes",
                    "Memory in use of each copy's JVM.",
                    Target.of(
                        "sum by (instance, area) (jvm_memory_used_bytes{job=\"guildhall-operator-metrics\"})",
                        "{{instance}} {{area}}")))));
  }
}
