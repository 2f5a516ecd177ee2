package dev.guildhall.dashboards;

import static dev.guildhall.dashboards.Alert.Severity.CRITICAL;
import static dev.guildhall.dashboards.Alert.Severity.INFO;
import static dev.guildhall.dashboards.Alert.Severity.WARNING;

import java.util.List;

/**
 * Alerts on what API consumers get and on the ranks behind it. The objective is 99.9 % of requests
 * without a 5xx status in 30 days.
 */
final class ServingAlerts {
  private ServingAlerts() {}

  static List<Alert> all() {
    return List.of(
        Alert.of(
                CRITICAL,
                "GuildhallErrorBudgetFastBurn",
                "guildhall:request_errors:ratio_rate1h",
                "> 14.4 * 0.001",
                "2m",
                "{{ $labels.model }} fails so often that its monthly error budget lasts two days",
                "{{ $value | humanizePercentage }} of the requests of the last hour got a 5xx status; the objective allows 0.1 %.")
            .and("guildhall:request_errors:ratio_rate5m > 14.4 * 0.001"),
        Alert.of(
                WARNING,
                "GuildhallErrorBudgetSlowBurn",
                "guildhall:request_errors:ratio_rate6h",
                "> 6 * 0.001",
                "15m",
                "{{ $labels.model }} fails so often that its monthly error budget lasts five days",
                "{{ $value | humanizePercentage }} of the requests of the last six hours got a 5xx status; the objective allows 0.1 %.")
            .and("guildhall:request_errors:ratio_rate30m > 6 * 0.001"),
        Alert.of(
            WARNING,
            "GuildhallTimeToFirstTokenHigh",
            "guildhall:time_to_first_token_seconds:p95_5m",
            "> 10",
            "10m",
            "Answers of {{ $labels.model }} begin late",
            "One request in twenty waits over {{ $value | humanizeDuration }} for its first token."),
        Alert.of(
            CRITICAL,
            "GuildhallNoUsableRank",
            "max by (model) (guildhall_gateway_ranks_usable)",
            "== 0",
            "2m",
            "{{ $labels.model }} cannot be called",
            "No rank of the model takes requests, seen from the gateways."),
        Alert.of(
            WARNING,
            "GuildhallGroupNotReady",
            "min by (namespace, guildhall_dev_group) (guildhall_group_ready)",
            "== 0",
            "10m",
            "Group {{ $labels.guildhall_dev_group }} does not become ready",
            "The ranks of the group in {{ $labels.namespace }} have not drawn a token together for ten minutes; their GPUs are held and useless."),
        Alert.of(
            WARNING,
            "GuildhallGroupDegraded",
            "max by (namespace, guildhall_dev_group) (guildhall_group_missing_ranks)",
            "> 0",
            "10m",
            "Group {{ $labels.guildhall_dev_group }} computes without some of its ranks",
            "The group in {{ $labels.namespace }} has done without {{ $value }} of its ranks for ten minutes; it answers with less capacity, and the next rank lost may end that."),
        Alert.of(
            WARNING,
            "GuildhallQueueStanding",
            "min by (guildhall_dev_deployment) (sum by (guildhall_dev_deployment, guildhall_dev_group) (guildhall_num_requests_waiting))",
            "> 0",
            "15m",
            "Requests to {{ $labels.guildhall_dev_deployment }} wait all the time",
            "Every group has had waiting requests for fifteen minutes ({{ $value }} in the shortest queue): demand is above capacity."),
        Alert.of(
            WARNING,
            "GuildhallCacheNearlyFull",
            "max by (namespace, guildhall_dev_group) (guildhall_kv_cache_usage_ratio)",
            "> 0.95",
            "15m",
            "A rank of {{ $labels.guildhall_dev_group }} has hardly any cache left",
            "{{ $value | humanizePercentage }} of the cache's pages are held by running requests; new ones wait or push others out."),
        Alert.of(
            WARNING,
            "GuildhallPreempting",
            "sum by (namespace, guildhall_dev_group) (rate(guildhall_num_preemptions_total[10m]))",
            "> 0.1",
            "15m",
            "{{ $labels.guildhall_dev_group }} computes requests twice",
            "{{ $value | humanize }} requests per second lose their cache pages and are computed again."),
        Alert.of(
            INFO,
            "GuildhallExpertsImbalanced",
            "min by (namespace, guildhall_dev_group) (guildhall_expert_balancedness_ratio)",
            "< 0.3",
            "30m",
            "The experts of {{ $labels.guildhall_dev_group }} are unevenly loaded",
            "Balancedness is {{ $value | humanizePercentage }}; ranks with busy experts hold up the others."));
  }
}
