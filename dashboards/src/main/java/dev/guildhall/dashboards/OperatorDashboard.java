package dev.guildhall.dashboards;

import static dev.guildhall.dashboards.Panel.lines;
import static dev.guildhall.dashboards.Panel.stack;

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
        "What the operator sees and how it is doing: deployments, GPUs, reconciliations, failures, time and memory.",
        List.of(),
        List.of(resources(), rollOuts(), reconciliations()));
  }

  private static Row resources() {
    return Row.of(
        "Resources",
        lines(
            "Deployments ready",
            Units.COUNT,
            "1 while a deployment's condition Ready is True, or only waits for a version that is tried; else 0.",
            Target.of(
                "max by (namespace, deployment) (guildhall_deployment_ready)",
                "{{namespace}}/{{deployment}}")),
        stack(
            "GPUs by state",
            Units.GPUS,
            "Every GPU of the pools as the operator sees it now. The ledger's figure on the Money dashboard lags while the ledger is away.",
            Target.of("max by (pool, state) (guildhall_pool_gpus)", "{{pool}} {{state}}")));
  }

  private static Row rollOuts() {
    return Row.of(
        "Groups and roll-outs",
        lines(
            "Groups",
            Units.COUNT,
            "Groups of each role: wanted, and serving, in whichever version.",
            Target.of(
                "max by (namespace, deployment, role, state) (guildhall_role_groups)",
                "{{namespace}}/{{deployment}} {{role}} {{state}}")),
        lines(
            "Groups that signals ask for",
            Units.COUNT,
            "Groups (a fraction) that each signal asks for in roles that the operator scales; the largest counts, within bounds, quota and budget. A gap while signals are missing or stale.",
            Target.ofOccasion(
                "max by (namespace, deployment, role, signal) (guildhall_role_groups_needed)",
                "{{namespace}}/{{deployment}} {{role}} {{signal}}")),
        lines(
            "Share of a version that is tried",
            Units.PERCENT,
            "Percent of a model's requests that go to a canary; 0 before its first step and after it failed.",
            Target.ofOccasion(
                "max by (namespace, deployment, role) (guildhall_canary_weight_percent)",
                "{{namespace}}/{{deployment}} {{role}}")));
  }

  private static Row reconciliations() {
    return Row.of(
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
                "{{instance}} {{area}}")));
  }
}
