package dev.guildhall.dashboards;

import static dev.guildhall.dashboards.Panel.lines;
import static dev.guildhall.dashboards.Panel.number;
import static dev.guildhall.dashboards.Panel.stack;

import dev.guildhall.dashboards.Dashboard.Row;
import java.util.List;

/** What API consumers get, and how the ranks behind it are doing. */
final class ServingDashboard {
  private static final String MODEL = "{model=~\"$model\"}";
  private static final String RANK = "{guildhall_dev_deployment=~\"$deployment\"}";

  private ServingDashboard() {}

  static Dashboard dashboard() {
    return new Dashboard(
        "guildhall-serving",
        "Guildhall / Serving",
        "What API consumers get (latency, throughput, errors) and how the ranks behind it are doing.",
        List.of(
            new Variable("model", "guildhall_gateway_requests_total", "model"),
            new Variable(
                "deployment", "guildhall_num_requests_running", "guildhall_dev_deployment")),
        List.of(requests(), latency(), engine(), experts()));
  }

  private static Row requests() {
    return Row.of(
        "Requests",
        stack(
            "Requests",
            Units.REQUESTS_PER_SECOND,
            "Answered requests per second by HTTP status.",
            Target.of(Promql.rate("guildhall_gateway_requests_total" + MODEL, "code"), "{{code}}")),
        lines(
            "Share of failed requests",
            Units.RATIO,
            "Requests answered with a 5xx status, of all requests of the model. The error budget's alerts read the same series.",
            Target.of("guildhall:request_errors:ratio_rate5m" + MODEL, "{{model}}")),
        lines(
            "In flight",
            Units.COUNT,
            "Requests that the gateway is working on.",
            Target.of(
                "sum by (model) (guildhall_gateway_requests_in_flight" + MODEL + ")", "{{model}}")),
        stack(
            "Tokens",
            Units.TOKENS_PER_SECOND,
            "Metered tokens per second: input that was computed, input from the cache, output.",
            Target.of(Promql.rate("guildhall_gateway_tokens_total" + MODEL, "kind"), "{{kind}}")),
        lines(
            "Refused before they ran",
            Units.REQUESTS_PER_SECOND,
            "Requests refused by budget, token rate, requests in flight, or because the ledger is down.",
            Target.ofTrouble(
                Promql.rate("guildhall_gateway_reservations_refused_total", "tenant, reason"),
                "{{tenant}} {{reason}}")),
        lines(
            "Usable ranks",
            Units.COUNT,
            "Ranks that take requests, seen from the gateway (the fewest that any copy sees).",
            Target.of(
                "min by (model) (guildhall_gateway_ranks_usable" + MODEL + ")", "{{model}}")));
  }

  private static Row latency() {
    return Row.of(
        "Latency",
        quantiles(
            "Time to first token",
            "guildhall_gateway_time_to_first_token_seconds",
            "From the end of the request to the first token."),
        quantiles(
            "Inter-token latency",
            "guildhall_gateway_inter_token_latency_seconds",
            "Between two tokens of one answer."),
        quantiles(
            "Request duration",
            "guildhall_gateway_request_duration_seconds",
            "From the end of the request to the end of the answer."));
  }

  private static Panel quantiles(String title, String histogram, String description) {
    return lines(
        title,
        Units.SECONDS,
        description
            + " Median, 95th and 99th percentile of the chosen models, measured at the gateway.",
        quantile(0.5, histogram, MODEL),
        quantile(0.95, histogram, MODEL),
        quantile(0.99, histogram, MODEL));
  }

  private static Target quantile(double q, String histogram, String selector) {
    return Target.of(Promql.quantile(q, histogram, selector, ""), "p" + Math.round(q * 100));
  }

  private static Row engine() {
    return Row.of(
        "Engine",
        lines(
            "Queue",
            Units.COUNT,
            "Requests that run and that wait, over all ranks.",
            ranks("sum", "guildhall_num_requests_running", "running"),
            ranks("sum", "guildhall_num_requests_waiting", "waiting")),
        lines(
            "Queue time",
            Units.SECONDS,
            "From a request's arrival at a rank to its first step.",
            quantile(0.5, "guildhall_request_queue_time_seconds", RANK),
            quantile(0.95, "guildhall_request_queue_time_seconds", RANK)),
        lines(
            "Cache in use",
            Units.RATIO,
            "Share of the latent cache's pages that running requests hold: the fullest rank and the mean.",
            ranks("max", "guildhall_kv_cache_usage_ratio", "fullest rank"),
            ranks("avg", "guildhall_kv_cache_usage_ratio", "mean")),
        lines(
            "Prefix cache hits",
            Units.RATIO,
            "Share of looked-up prompt tokens that were found in the prefix cache.",
            Target.of(
                Promql.rate("guildhall_prefix_cache_hits_total" + RANK)
                    + " / "
                    + Promql.rate("guildhall_prefix_cache_queries_total" + RANK),
                "hits")),
        stack(
            "Engine throughput",
            Units.TOKENS_PER_SECOND,
            "Tokens that the ranks computed in prefill (recomputation included) and drew in decode.",
            Target.of(Promql.rate("guildhall_prompt_tokens_total" + RANK), "prefill"),
            Target.of(Promql.rate("guildhall_generation_tokens_total" + RANK), "decode")),
        lines(
            "Preemptions",
            Units.PER_SECOND,
            "Requests per second that lost their cache pages to another one and must be computed again.",
            Target.of(Promql.rate("guildhall_num_preemptions_total" + RANK), "preemptions")));
  }

  private static Row experts() {
    return Row.of(
        "Groups and experts",
        number(
            "Groups that are not ready",
            Units.COUNT,
            "Ranks whose group has not drawn a token in its present epoch.",
            Target.of("count(guildhall_group_ready" + RANK + " == 0) or vector(0)", "ranks")),
        lines(
            "Expert balancedness",
            Units.RATIO,
            "Mean by largest tokens per expert, mean over layers; 100 % is even. Low values mean that some ranks wait for others.",
            ranks("min", "guildhall_expert_balancedness_ratio", "least even rank"),
            ranks("avg", "guildhall_expert_balancedness_ratio", "mean")),
        stack(
            "Tokens routed to experts",
            Units.TOKENS_PER_SECOND,
            "Tokens per second that the ranks routed to experts, by MoE layer; every layer routes the same number.",
            Target.of(
                Promql.rate("guildhall_expert_tokens_total" + RANK, "layer"), "layer {{layer}}")));
  }

  /** One value over the ranks of the chosen deployments. */
  private static Target ranks(String function, String metric, String legend) {
    return Target.of(function + "(" + metric + RANK + ")", legend);
  }
}
