package dev.guildhall.dashboards;

import static dev.guildhall.dashboards.Alert.Severity.CRITICAL;
import static dev.guildhall.dashboards.Alert.Severity.INFO;
import static dev.guildhall.dashboards.Alert.Severity.WARNING;

import java.util.List;

/** Alerts on Guildhall's own processes, on the books and on the GPUs. */
final class PlatformAlerts {
  private PlatformAlerts() {}

  static List<Alert> all() {
    return List.of(
        Alert.of(
            WARNING,
            "GuildhallProcessDown",
            "min by (job) (up{job=~\"guildhall-.*\"})",
            "== 0",
            "5m",
            "A copy of {{ $labels.job }} does not answer",
            "Prometheus has not been able to read the metrics of at least one copy for five minutes."),
        Alert.of(
            CRITICAL,
            "GuildhallNoRoutes",
            "min(guildhall_gateway_routes_loaded)",
            "== 0",
            "2m",
            "A gateway has no routes",
            "It refuses every request: the routes Secret is missing, empty or cannot be read."),
        Alert.of(
            WARNING,
            "GuildhallRoutesRejected",
            "sum(increase(guildhall_gateway_routes_rejected_total[15m]))",
            "> 0",
            "0m",
            "A gateway refused new routes",
            "The last good routes stay in use, so changes of tenants and deployments do not arrive."),
        Alert.of(
                WARNING,
                "GuildhallLedgerCallsFail",
                "sum by (call) (rate(guildhall_gateway_ledger_calls_total{result=\"failed\"}[5m]))",
                "> 0",
                "5m",
                "Calls of the gateways to the ledger fail",
                "{{ $value | humanize }} calls `{{ $labels.call }}` per second fail. Usage is spooled; new requests depend on gateway.whenLedgerIsDown.")
            .ofRareEvents(),
        Alert.of(
            CRITICAL,
            "GuildhallUsageNotBooked",
            "max(guildhall_gateway_spool_oldest_seconds)",
            "> 300",
            "5m",
            "Usage waits for the ledger",
            "The oldest usage event has waited {{ $value | humanizeDuration }}. Nothing is lost as long as the gateways' spools are."),
        Alert.of(
                WARNING,
                "GuildhallUsageUnpriced",
                "sum(increase(guildhall_ledger_events_total{result=\"unpriced\"}[1h]))",
                "> 0",
                "0m",
                "Tokens were used that no rate card prices",
                "{{ $value | humanize }} usage events of the last hour were booked with a charge of zero.")
            .ofRareEvents(),
        Alert.of(
                INFO,
                "GuildhallBudgetExhausted",
                "sum by (tenant) (increase(guildhall_gateway_reservations_refused_total{reason=\"budget\"}[15m]))",
                "> 0",
                "0m",
                "{{ $labels.tenant }} has used up its budget",
                "{{ $value | humanize }} requests were refused in the last fifteen minutes.")
            .ofRareEvents(),
        Alert.of(
                WARNING,
                "GuildhallGpusFailed",
                "sum by (pool) (guildhall_ledger_gpus{state=\"failed\"})",
                "> 0",
                "5m",
                "GPUs of pool {{ $labels.pool }} have failed",
                "{{ $value }} GPUs are booked as failed.")
            .ofRareEvents(),
        Alert.of(
            INFO,
            "GuildhallGpusIdle",
            "guildhall:gpu_idle:ratio",
            "> 0.5",
            "2h",
            "Most GPUs of pool {{ $labels.pool }} are idle",
            "{{ $value | humanizePercentage }} of the pool's GPUs have been held by nobody for two hours, and cost as much as the others."));
  }
}
