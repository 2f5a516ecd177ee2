package dev.guildhall.engine.server;

import static dev.guildhall.engine.server.MetricSpec.Type.COUNTER;
import static dev.guildhall.engine.server.MetricSpec.Type.GAUGE;
import static dev.guildhall.engine.server.MetricSpec.Type.HISTOGRAM;

import java.util.ArrayList;
import java.util.List;

/**
 * Every metric of a rank. Names follow vLLM's where it has the same one, with {@code guildhall_} in
 * front, so that dashboards carry over.
 */
public final class EngineMetrics {
  private static final List<MetricSpec> DECLARED = new ArrayList<>();

  static final MetricSpec RUNNING =
      gauge("num_requests_running", "requests", "Requests that hold cache pages.");
  static final MetricSpec WAITING =
      gauge("num_requests_waiting", "requests", "Requests in the queue.");
  static final MetricSpec QUEUED_TOKENS =
      gauge("queued_tokens", "tokens", "Tokens that queued requests have yet to compute.");
  static final MetricSpec CACHE_USAGE =
      gauge("kv_cache_usage_ratio", "ratio", "Cache pages held by running requests, of all pages.");
  static final MetricSpec GROUP_EPOCH =
      gauge("group_epoch", "epoch", "Epoch of the group; it rises with each change of membership.");
  static final MetricSpec GROUP_READY =
      gauge(
          "group_ready", "bool", "1 when the whole group has drawn a token in this epoch, else 0.");
  static final MetricSpec GROUP_MISSING =
      gauge(
          "group_missing_ranks",
          "ranks",
          "Ranks that the group does without, since others hold their experts; 0 where it is whole or"
              + " does not compute.");
  static final MetricSpec PLACEMENT =
      gauge("placement_epoch", "epoch", "Epoch of the expert placement that steps go by.");
  static final MetricSpec PLACEMENT_PAUSE =
      gauge(
          "placement_pause_max_seconds",
          "seconds",
          "Longest time since the start for which steps could not run because experts moved.");
  static final MetricSpec PLACEMENT_LOAD =
      gauge(
          "placement_load_seconds",
          "seconds",
          "Time taken to load the newest placement, beside steps; 0 before there was another one.");
  static final MetricSpec BALANCEDNESS =
      gauge(
          "expert_balancedness_ratio",
          "ratio",
          "Mean over MoE layers of mean by largest count of tokens per expert that this rank routed;"
              + " 1 is even.");
  static final MetricSpec PROMPT_TOKENS =
      counter(
          "prompt_tokens_total", "tokens", "Tokens computed in prefill, recomputation included.");
  static final MetricSpec GENERATION_TOKENS =
      counter("generation_tokens_total", "tokens", "Tokens drawn.");
  static final MetricSpec PREFIX_QUERIES =
      counter("prefix_cache_queries_total", "tokens", "Tokens looked up in the prefix cache.");
  static final MetricSpec PREFIX_HITS =
      counter("prefix_cache_hits_total", "tokens", "Tokens found in the prefix cache.");
  static final MetricSpec PREEMPTIONS =
      counter("num_preemptions_total", "requests", "Times a request lost its pages to another.");
  static final MetricSpec FINISHED =
      counter(
          "request_success_total",
          "requests",
          "Requests ended, by reason: stop, length, cancelled, deadline, unavailable, internal.",
          "finished_reason");
  static final MetricSpec EXPERT_TOKENS =
      counter(
          "expert_tokens_total",
          "tokens",
          "Tokens that this rank routed to experts, by MoE layer (the first is 0).",
          "layer");
  static final MetricSpec BUSY =
      counter(
          "busy_seconds_total",
          "seconds",
          "Wall time of steps, split by token rows, by phase: prefill, decode.",
          "phase");
  static final MetricSpec FIRST_TOKEN =
      histogram("time_to_first_token_seconds", "From a request's arrival to its first token.");
  static final MetricSpec INTER_TOKEN =
      histogram("inter_token_latency_seconds", "Between two tokens of a request.");
  static final MetricSpec END_TO_END =
      histogram("e2e_request_latency_seconds", "From a request's arrival to its end.");
  static final MetricSpec QUEUE_TIME =
      histogram("request_queue_time_seconds", "From a request's arrival to its first step.");

  static final MetricSpec TRANSFERS =
      counter(
          "prefill_transfers_total",
          "transfers",
          "Prompts that a rank of another group was asked to compute for this one; result is ok or"
              + " failed, when this rank computed the rest itself.",
          "result");
  static final MetricSpec TRANSFERRED_TOKENS =
      counter(
          "prefill_transferred_tokens_total",
          "tokens",
          "Tokens whose cache pages came from ranks of other groups.");
  static final MetricSpec TRANSFER_TIME =
      histogram(
          "prefill_transfer_seconds",
          "From asking another rank for a prompt to its last page, its computation included.");

  /** All of them, in the order above. */
  public static final List<MetricSpec> ALL = List.copyOf(DECLARED);

  private EngineMetrics() {}

  private static MetricSpec gauge(String name, String unit, String help) {
    return declare(name, GAUGE, unit, help);
  }

  private static MetricSpec counter(String name, String unit, String help, String... labels) {
    return declare(name, COUNTER, unit, help, labels);
  }

  private static MetricSpec histogram(String name, String help) {
    return declare(name, HISTOGRAM, "seconds", help);
  }

  private static MetricSpec declare(
      String name, MetricSpec.Type type, String unit, String help, String... labels) {
    MetricSpec metric = new MetricSpec("guildhall_" + name, type, unit, help, List.of(labels));
    DECLARED.add(metric);
    return metric;
  }
}
