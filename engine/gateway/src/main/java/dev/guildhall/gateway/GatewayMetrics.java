package dev.guildhall.gateway;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Every metric of the gateway, declared as data: dashboards and alert rules are generated from
 * {@link #ALL}. Labels are bounded: models and tenants come from the routes only, anything else
 * counts as {@link #UNKNOWN}.
 */
@Singleton
public final class GatewayMetrics {

  /** Label value for requests that name no routed model. */
  public static final String UNKNOWN = "unknown";

  private static final List<Double> SECONDS =
      List.of(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0);
  private static final List<Double> SHORT =
      List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5);

  private static final List<Metric> DECLARED = new ArrayList<>();

  /** What a metric measures. */
  public enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  /**
   * One metric.
   *
   * @param name full name as Prometheus shows it
   * @param unit unit of the value, for axes
   * @param labels label names
   * @param buckets upper bounds of a histogram's buckets, else empty
   */
  public record Metric(
      String name,
      Type type,
      String unit,
      String help,
      List<String> labels,
      List<Double> buckets) {}

  public static final Metric REQUESTS =
      counter(
          "requests_total",
          "requests",
          "Answered requests by model and HTTP status.",
          "model",
          "code");
  public static final Metric IN_FLIGHT =
      gauge("requests_in_flight", "requests", "Requests being worked on, by model.", "model");
  public static final Metric WAITING =
      gauge(
          "requests_waiting",
          "requests",
          "Requests that wait because no rank of their model is there, by model.",
          "model");
  public static final Metric TTFT =
      histogram(
          "time_to_first_token_seconds",
          "From the end of the request body to the first token from the engine.",
          SECONDS,
          "model");
  public static final Metric INTER_TOKEN =
      histogram(
          "inter_token_latency_seconds",
          "Between two messages with tokens of one generation, divided by their tokens; lane is stable or canary, the version.",
          SHORT,
          "model",
          "lane");
  public static final Metric LANE_CALLS =
      counter(
          "lane_calls_total",
          "calls",
          "Calls to ranks that ended, by version (lane is stable or canary); result is ok, failed or left, when the gateway wanted"
              + " no more of it.",
          "model",
          "lane",
          "result");
  public static final Metric LANE_TTFT =
      histogram(
          "lane_time_to_first_token_seconds",
          "From a call to a rank to its first token, by version.",
          SECONDS,
          "model",
          "lane");
  public static final Metric LANE_PROBE_TOKENS =
      counter(
          "lane_probe_tokens_total",
          "tokens",
          "Tokens that the version in force writes to fixed prompts; result is agreed where they are the tried version's first"
              + " choice too, else differed.",
          "model",
          "result");
  public static final Metric LANE_PROBE_DRIFT =
      declare(
          "lane_probe_logprob_drift_nats",
          Type.HISTOGRAM,
          "nats",
          "By how much the log-probabilities that both versions give these tokens differ.",
          List.of(0.0001, 0.001, 0.01, 0.1, 1.0, 10.0),
          "model");
  public static final Metric DURATION =
      histogram(
          "request_duration_seconds",
          "From the end of the request body to the end of the answer.",
          SECONDS,
          "model");
  public static final Metric TOKENS =
      counter(
          "tokens_total",
          "tokens",
          "Metered tokens; kind is input (not cached), cached_input or output.",
          "model",
          "tenant",
          "kind");
  public static final Metric RESERVATIONS_REFUSED =
      counter(
          "reservations_refused_total",
          "requests",
          "Requests refused before they ran; reason is budget, ledger_down, token_rate or in_flight.",
          "tenant",
          "reason");
  public static final Metric SPOOL_PENDING =
      gauge("spool_pending", "events", "Usage events on disk that the ledger has not confirmed.");
  public static final Metric SPOOL_OLDEST =
      gauge(
          "spool_oldest_seconds",
          "seconds",
          "Age of the oldest unconfirmed usage event; 0 when there is none.");
  public static final Metric LEDGER_CALLS =
      counter(
          "ledger_calls_total",
          "calls",
          "Calls to the ledger; result is ok, refused or failed.",
          "call",
          "result");
  public static final Metric COMMIT_SECONDS =
      histogram("ledger_call_seconds", "Time of calls to the ledger.", SHORT, "call");
  public static final Metric FAILOVERS =
      counter(
          "failovers_total",
          "calls",
          "Generations moved to another rank because theirs failed.",
          "model");
  public static final Metric RESUMED =
      counter(
          "resumed_total",
          "calls",
          "Generations that went on on another rank after tokens of theirs had come.",
          "model");
  public static final Metric CLIENTS_GONE =
      counter(
          "clients_gone_total",
          "requests",
          "Requests whose client hung up before the answer ended.",
          "model");
  public static final Metric RANKS_USABLE =
      gauge("ranks_usable", "ranks", "Ranks that take requests, by model.", "model");
  public static final Metric PREFIX_ROUTED =
      counter(
          "prefix_routed_tokens_total",
          "tokens",
          "Prompt tokens by what routing expected of the rank's prefix cache; expected is hit or miss.",
          "model",
          "expected");
  public static final Metric ROUTES_LOADED =
      gauge("routes_loaded", "boolean", "1 when a valid route table is in use.");
  public static final Metric ROUTES_REJECTED =
      counter(
          "routes_rejected_total",
          "updates",
          "Route tables refused as invalid; the last good one stays in use.");

  /** All metrics, in the order a reader wants them. */
  public static final List<Metric> ALL = List.copyOf(DECLARED);

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Map<Metric, Counter> counters;
  private final Map<Metric, Gauge> gauges;
  private final Map<Metric, Histogram> histograms;

  /** Registers all of them in a registry of its own. */
  public GatewayMetrics() {
    counters = ofType(Type.COUNTER).collect(Collectors.toMap(m -> m, this::register));
    gauges =
        ofType(Type.GAUGE)
            .collect(
                Collectors.toMap(
                    m -> m,
                    m ->
                        Gauge.builder()
                            .name(m.name)
                            .help(m.help)
                            .labelNames(names(m))
                            .register(registry)));
    histograms =
        ofType(Type.HISTOGRAM)
            .collect(
                Collectors.toMap(
                    m -> m,
                    m ->
                        Histogram.builder()
                            .name(m.name)
                            .help(m.help)
                            .labelNames(names(m))
                            .classicOnly()
                            .classicUpperBounds(
                                m.buckets.stream().mapToDouble(Double::doubleValue).toArray())
                            .register(registry)));
  }

  /** The registry that {@code /metrics} shows. */
  public PrometheusRegistry registry() {
    return registry;
  }

  /** Adds one to a counter. */
  public void count(Metric metric, String... labels) {
    count(metric, 1, labels);
  }

  /** Adds to a counter. */
  public void count(Metric metric, long amount, String... labels) {
    counters.get(metric).labelValues(labels).inc(amount);
  }

  /** Sets a gauge. */
  public void set(Metric metric, double value, String... labels) {
    gauges.get(metric).labelValues(labels).set(value);
  }

  /** Adds to a gauge. */
  public void add(Metric metric, double value, String... labels) {
    gauges.get(metric).labelValues(labels).inc(value);
  }

  /** Records seconds (or whatever the unit is) in a histogram. */
  public void observe(Metric metric, double value, String... labels) {
    histograms.get(metric).labelValues(labels).observe(value);
  }

  private Counter register(Metric m) {
    return Counter.builder().name(m.name).help(m.help).labelNames(names(m)).register(registry);
  }

  private static java.util.stream.Stream<Metric> ofType(Type type) {
    return ALL.stream().filter(m -> m.type == type);
  }

  private static String[] names(Metric m) {
    return m.labels.toArray(String[]::new);
  }

  private static Metric counter(String name, String unit, String help, String... labels) {
    return declare(name, Type.COUNTER, unit, help, List.of(), labels);
  }

  private static Metric gauge(String name, String unit, String help, String... labels) {
    return declare(name, Type.GAUGE, unit, help, List.of(), labels);
  }

  private static Metric histogram(
      String name, String help, List<Double> buckets, String... labels) {
    return declare(name, Type.HISTOGRAM, "seconds", help, buckets, labels);
  }

  private static Metric declare(
      String name, Type type, String unit, String help, List<Double> buckets, String... labels) {
    Metric metric =
        new Metric("guildhall_gateway_" + name, type, unit, help, List.of(labels), buckets);
    DECLARED.add(metric);
    return metric;
  }
}
