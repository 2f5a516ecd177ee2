package dev.guildhall.controller.scaling;

import dev.guildhall.controller.signals.MetricsPage;
import dev.guildhall.controller.signals.Snapshot;
import dev.guildhall.controller.signals.Snapshot.RankPage;
import dev.guildhall.planner.scaling.DemandSample;
import dev.guildhall.planner.scaling.GroupSample;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What two or more snapshots say together: rates are what counters of the same process went up by.
 * Pure.
 *
 * @param snapshots oldest first; percentiles look over all of them, rates over the last two
 */
record Signals(List<Snapshot> snapshots) {
  private static final String ENGINE = "guildhall_";
  private static final String GATEWAY = "guildhall_gateway_";

  private Snapshot now() {
    return snapshots.getLast();
  }

  private Snapshot before() {
    return snapshots.get(snapshots.size() - 2);
  }

  private double seconds() {
    return (now().atMillis() - before().atMillis()) / 1e3;
  }

  /** Whether there is anything to go by. */
  boolean suffice() {
    return snapshots.size() >= 2 && seconds() > 0;
  }

  /**
   * Of every group of which all ranks answered twice.
   *
   * @param ranks of a group
   * @param balancedness of the role's experts
   */
  List<GroupSample> samples(String role, int ranks, double balancedness) {
    var samples = new ArrayList<GroupSample>();
    now().ranks().values().stream()
        .filter(rank -> rank.role().equals(role))
        .map(RankPage::group)
        .distinct()
        .sorted()
        .forEach(
            group -> {
              var pages = pairs(rank -> rank.group().equals(group));
              if (pages.size() == ranks) {
                samples.add(sample(group, pages, balancedness));
              }
            });
    return samples;
  }

  /** A process's page then and now. */
  private record Pair(MetricsPage then, MetricsPage now) {
    double rise(String name, String... labels) {
      return now.sum(name, labels) - then.sum(name, labels);
    }
  }

  private List<Pair> pairs(Predicate<RankPage> wanted) {
    var pairs = new ArrayList<Pair>();
    now()
        .ranks()
        .forEach(
            (start, rank) -> {
              var then = before().ranks().get(start);
              if (then != null && wanted.test(rank)) {
                pairs.add(new Pair(then.page(), rank.page()));
              }
            });
    return pairs;
  }

  private GroupSample sample(String group, List<Pair> ranks, double balancedness) {
    return new GroupSample(
        group,
        now().atMillis(),
        sum(ranks, p -> p.now().sum(ENGINE + "queued_tokens")),
        promptRate(ranks) * ranks.size(),
        tokenSeconds(ranks),
        sum(ranks, p -> p.now().sum(ENGINE + "kv_cache_usage_ratio")) / ranks.size(),
        running(ranks),
        balancedness);
  }

  private static double sum(List<Pair> pairs, ToDoubleFunction<Pair> value) {
    return pairs.stream().mapToDouble(value).sum();
  }

  /** Of a rank that was busy with prompts: ranks work beside each other. */
  private static double promptRate(List<Pair> ranks) {
    return ranks.stream()
        .filter(p -> p.rise(ENGINE + "busy_seconds_total", "phase", "prefill") > 0)
        .mapToDouble(
            p ->
                p.rise(ENGINE + "prompt_tokens_total")
                    / p.rise(ENGINE + "busy_seconds_total", "phase", "prefill"))
        .average()
        .orElse(0);
  }

  /**
   * Mean number of answers between the two snapshots: the time that all tokens took is theirs
   * (Little's law). Where none came, requests that are there now.
   */
  private double running(List<Pair> ranks) {
    double answerSeconds = sum(ranks, p -> p.rise(ENGINE + "inter_token_latency_seconds_sum"));
    return answerSeconds > 0
        ? answerSeconds / seconds()
        : sum(ranks, p -> p.now().sum(ENGINE + "num_requests_running"));
  }

  private static double tokenSeconds(List<Pair> ranks) {
    double count = sum(ranks, p -> p.rise(ENGINE + "inter_token_latency_seconds_count"));
    return count > 0
        ? sum(ranks, p -> p.rise(ENGINE + "inter_token_latency_seconds_sum")) / count
        : 0;
  }

  /**
   * What came for a model; null where no replica of the gateway answered twice.
   *
   * @param role whose ranks work on it
   * @param share of the model's requests that goes to them, see {@link #share}
   * @param percentile 1 to 99
   */
  DemandSample demand(String role, double share, String model, int percentile) {
    var gateways = gateways(before());
    if (gateways.isEmpty()) {
      return null;
    }
    double waiting = sum(gateways, p -> gauge(p.now(), "requests_waiting", model));
    double running = sum(gateways, p -> gauge(p.now(), "requests_in_flight", model));
    double answered = sum(gateways, p -> rise(p, "requests_total", model));
    double more =
        waiting
            + running
            - sum(gateways, p -> gauge(p.then(), "requests_waiting", model))
            - sum(gateways, p -> gauge(p.then(), "requests_in_flight", model));
    double arrived = Math.max(0, answered + more) / seconds();
    return new DemandSample(
        now().atMillis(),
        arrived * share,
        arrivedTokens(role) / seconds(),
        waiting * share,
        firstToken(model, percentile, waiting + running),
        percentile("inter_token_latency_seconds", model, percentile).orElse(0));
  }

  /**
   * The part of a model's requests that goes to one of several roles of a kind: by the tokens that
   * each of them has worked on, equal parts where none has.
   *
   * @param alike names of the roles of that kind
   */
  double share(String role, List<String> alike) {
    double all = alike.stream().mapToDouble(this::tokens).sum();
    return all > 0 ? tokens(role) / all : 1.0 / alike.size();
  }

  private double tokens(String role) {
    return pairs(rank -> rank.role().equals(role)).stream()
        .mapToDouble(
            p ->
                p.rise(ENGINE + "prompt_tokens_total")
                    + p.rise(ENGINE + "inter_token_latency_seconds_count"))
        .filter(Double::isFinite)
        .sum();
  }

  /** A series that has not begun is at zero. */
  private static double gauge(MetricsPage page, String name, String model) {
    double value = page.sum(GATEWAY + name, "model", model);
    return Double.isNaN(value) ? 0 : value;
  }

  private static double rise(Pair pair, String name, String model) {
    return gauge(pair.now(), name, model) - gauge(pair.then(), name, model);
  }

  /** Prompt tokens computed, and those that queue now and did not then. */
  private double arrivedTokens(String role) {
    var ranks = pairs(rank -> rank.role().equals(role));
    return Math.max(
        0,
        sum(
            ranks,
            p ->
                p.rise(ENGINE + "prompt_tokens_total")
                    + p.now().sum(ENGINE + "queued_tokens")
                    - p.then().sum(ENGINE + "queued_tokens")));
  }

  /** Where none came although requests are there, they have waited for as long as we look back. */
  private double firstToken(String model, int percentile, double there) {
    double lookedBack = (now().atMillis() - snapshots.getFirst().atMillis()) / 1e3;
    return percentile("time_to_first_token_seconds", model, percentile)
        .orElse(there > 0 ? lookedBack : 0);
  }

  private List<Pair> gateways(Snapshot then) {
    var pairs = new ArrayList<Pair>();
    now()
        .gateways()
        .forEach(
            (start, page) -> {
              var earlier = then.gateways().get(start);
              if (earlier != null) {
                pairs.add(new Pair(earlier, page));
              }
            });
    return pairs;
  }

  private OptionalDouble percentile(String histogram, String model, int percentile) {
    var rises = new TreeMap<Double, Double>();
    for (Pair pair : gateways(snapshots.getFirst())) {
      var then = pair.then().buckets(GATEWAY + histogram, "model", model);
      pair.now()
          .buckets(GATEWAY + histogram, "model", model)
          .forEach(
              (bound, count) ->
                  rises.merge(bound, count - then.getOrDefault(bound, 0.0), Double::sum));
    }
    return Percentile.of(rises, percentile);
  }

  /** Start times of groups that are ready: their mean, or the given one if there is none. */
  double startSeconds(String role, double otherwise) {
    return now().groups().values().stream()
        .filter(group -> group.role().equals(role))
        .mapToDouble(Snapshot.SeenGroup::startSeconds)
        .filter(Double::isFinite)
        .average()
        .orElse(otherwise);
  }
}
