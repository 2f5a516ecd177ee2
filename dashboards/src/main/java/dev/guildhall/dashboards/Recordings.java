package dev.guildhall.dashboards;

import java.util.ArrayList;
import java.util.List;

/**
 * Every recording rule: what dashboards and alerts share, or what is costly to compute on each
 * look.
 */
final class Recordings {
  /** Windows of the error budget's burn rates. */
  static final List<String> WINDOWS = List.of("5m", "30m", "1h", "6h");

  private Recordings() {}

  static List<Recording> all() {
    var rules = new ArrayList<Recording>();
    for (var window : WINDOWS) {
      rules.add(
          new Recording(
              "guildhall:request_errors:ratio_rate" + window,
              """
              (sum by (model) (rate(guildhall_gateway_requests_total{code=~"5.."}[%1$s])) or 0 * sum by (model) (rate(guildhall_gateway_requests_total[%1$s])))
                / (sum by (model) (rate(guildhall_gateway_requests_total[%1$s])) > 0)"""
                  .formatted(window)));
    }
    rules.add(
        new Recording(
            "guildhall:time_to_first_token_seconds:p95_5m",
            Promql.quantile(
                0.95, "guildhall_gateway_time_to_first_token_seconds", "", "model", "5m")));
    rules.add(
        new Recording(
            "guildhall:inter_token_latency_seconds:p95_5m",
            Promql.quantile(
                0.95, "guildhall_gateway_inter_token_latency_seconds", "", "model", "5m")));
    rules.add(
        new Recording(
            "guildhall:tokens:rate5m",
            "sum by (model, tenant, kind) (rate(guildhall_gateway_tokens_total[5m]))"));
    rules.add(
        new Recording(
            "guildhall:charge:rate1h",
            "sum by (tenant, currency) (rate(guildhall_ledger_charge_total[1h]))"));
    rules.add(
        new Recording(
            "guildhall:gpu_idle:ratio",
            "(sum by (pool) (guildhall_ledger_gpus{state=\"idle\"}) or 0 * sum by (pool) (guildhall_ledger_gpus))\n  / sum by (pool) (guildhall_ledger_gpus)"));
    return List.copyOf(rules);
  }
}
