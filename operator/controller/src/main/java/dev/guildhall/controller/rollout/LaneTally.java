package dev.guildhall.controller.rollout;

import dev.guildhall.controller.signals.MetricsPage;
import dev.guildhall.planner.rollout.Lane;
import dev.guildhall.planner.rollout.Sample;
import java.util.TreeMap;

/** What the gateway's replicas counted of the calls of one version since a step began. */
final class LaneTally {
  private static final String PREFIX = "guildhall_gateway_";

  private final String model;
  private final String lane;
  private double ok;
  private double failed;
  private final Durations firstToken = new Durations("lane_time_to_first_token_seconds");
  private final Durations token = new Durations("inter_token_latency_seconds");

  /**
   * Nothing yet.
   *
   * @param model its name in the API
   * @param lane of the gateway's metrics: stable or canary
   */
  LaneTally(String model, String lane) {
    this.model = model;
    this.lane = lane;
  }

  /** Adds what the counters of one process went up by between two looks at it. */
  void add(MetricsPage then, MetricsPage now) {
    ok += calls(now, "ok") - calls(then, "ok");
    failed += calls(now, "failed") - calls(then, "failed");
    firstToken.add(then, now);
    token.add(then, now);
  }

  private double calls(MetricsPage page, String result) {
    return orZero(
        page.sum(PREFIX + "lane_calls_total", "model", model, "lane", lane, "result", result));
  }

  /** A series that has not begun is at zero. */
  private static double orZero(double value) {
    return Double.isNaN(value) ? 0 : value;
  }

  /** What came together. */
  Lane lane() {
    return new Lane(
        Math.round(ok + failed), Math.round(failed), firstToken.sample(), token.sample());
  }

  /** A histogram's rises. */
  private final class Durations {
    private final String name;
    private final TreeMap<Double, Double> below = new TreeMap<>();
    private double count;
    private double seconds;

    Durations(String name) {
      this.name = PREFIX + name;
    }

    void add(MetricsPage then, MetricsPage now) {
      count += value(now, "_count") - value(then, "_count");
      seconds += value(now, "_sum") - value(then, "_sum");
      var before = then.buckets(name, "model", model, "lane", lane);
      now.buckets(name, "model", model, "lane", lane)
          .forEach(
              (bound, all) ->
                  below.merge(bound, all - before.getOrDefault(bound, 0.0), Double::sum));
    }

    private double value(MetricsPage page, String suffix) {
      return orZero(page.sum(name + suffix, "model", model, "lane", lane));
    }

    Sample sample() {
      return count < 1
          ? Sample.NONE
          : new Sample(Math.round(count), seconds / count, deviation(seconds / count));
    }

    /** From the buckets' middles; those beyond the last bound are taken to lie at it. */
    private double deviation(double mean) {
      double squares = 0;
      double lower = 0;
      double counted = 0;
      for (var bucket : below.entrySet()) {
        boolean last = Double.isInfinite(bucket.getKey());
        double middle = last ? lower : (lower + bucket.getKey()) / 2;
        squares += (bucket.getValue() - counted) * (middle - mean) * (middle - mean);
        counted = bucket.getValue();
        lower = last ? lower : bucket.getKey();
      }
      return Math.sqrt(squares / count);
    }
  }
}
