package dev.guildhall.simulator.report;

import dev.guildhall.planner.scaling.ScalingPolicy;
import dev.guildhall.simulator.cluster.Outcome;
import dev.guildhall.simulator.cluster.Simulation;
import dev.guildhall.simulator.model.MeanDemand;
import dev.guildhall.simulator.model.Scenario;
import dev.guildhall.simulator.policy.Guildhall;
import dev.guildhall.simulator.policy.HorizontalPodAutoscaler.Settings;
import dev.guildhall.simulator.trace.Arrivals;
import dev.guildhall.simulator.trace.Trace;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The planner against its peers on one trace. The planner has one set of constants; HPA and KEDA
 * are tuned in hindsight for the very trace, once for each load and once for all of them. All begin
 * with the same groups and settle for ten minutes before measuring begins.
 */
public final class Comparison {

  private static final double WARMUP_SECONDS = 600;

  /**
   * What happens faster than this in a trace of a few requests per second is chance that copies do
   * not share.
   */
  private static final double JITTER_SECONDS = 120;

  private final Scenario scenario;
  private final Trace trace;
  private final long seed;
  private final Consumer<String> progress;

  /**
   * A comparison.
   *
   * @param seed of the random numbers
   * @param progress told what is being simulated
   */
  public Comparison(Scenario scenario, Trace trace, long seed, Consumer<String> progress) {
    this.scenario = scenario;
    this.trace = trace;
    this.seed = seed;
    this.progress = progress;
  }

  /**
   * All policies at these loads, in their order.
   *
   * @throws IllegalArgumentException where a load makes no requests, or too many for this machine
   */
  public List<LoadResult> at(List<Double> loads) {
    var played = loads.stream().map(this::load).toList();
    var once = new EnumMap<Peer, Map<String, Settings>>(Peer.class);
    if (played.size() > 1) {
      for (Peer peer : Peer.values()) {
        progress.accept("all loads: " + peer);
        once.put(peer, new TargetSearch(scenario, peer, played).search());
      }
    }
    return played.stream().map(load -> result(load, once)).toList();
  }

  private Load load(double load) {
    double copies = MeanDemand.copies(scenario, trace, load);
    if (!(load > 0) || copies * trace.requests().size() > 2e7) {
      throw new IllegalArgumentException(
          "load %s is %.0f requests; between 1 and 20 million can be simulated"
              .formatted(load, copies * trace.requests().size()));
    }
    var arrivals = new Arrivals(trace, copies, WARMUP_SECONDS, JITTER_SECONDS, seed);
    progress.accept("load %s: %d requests, fixed fleet".formatted(load, arrivals.size()));
    return new Load(load, copies, arrivals, PeakFleet.size(scenario, trace, copies, arrivals));
  }

  private LoadResult result(Load load, Map<Peer, Map<String, Settings>> once) {
    var rows = new ArrayList<Row>();
    progress.accept("load %s: planner".formatted(load.load()));
    rows.add(row("Guildhall", Tuning.NONE, "defaults", planned(load)));
    for (Peer peer : Peer.values()) {
      progress.accept("load %s: %s".formatted(load.load(), peer));
      var chosen = new TargetSearch(scenario, peer, List.of(load)).search();
      rows.add(row(load, peer, Tuning.EACH_LOAD, chosen));
    }
    once.forEach((peer, chosen) -> rows.add(row(load, peer, Tuning.ALL_LOADS, chosen)));
    rows.add(
        row(
            "fixed fleet for the peak",
            Tuning.NONE,
            load.fixed().groups() + " groups",
            load.fixed().outcome()));
    return new LoadResult(load.load(), load.copies(), load.requestsPerSecond(), rows);
  }

  private Outcome planned(Load load) {
    return Simulation.run(
        scenario,
        load.arrivals(),
        load.fixed().groups(),
        new Guildhall(ScalingPolicy.DEFAULT, decision -> {}));
  }

  private Row row(Load load, Peer peer, Tuning tuning, Map<String, Settings> chosen) {
    var outcome =
        Simulation.run(
            scenario,
            load.arrivals(),
            load.fixed().groups(),
            load.autoscaler(scenario, peer, chosen));
    return row(peer.named(tuning), tuning, text(chosen), outcome);
  }

  private Row row(String policy, Tuning tuning, String setting, Outcome outcome) {
    boolean holds = outcome.counts().attainment() >= scenario.promise().attainment();
    return new Row(policy, tuning, setting, holds, outcome);
  }

  private String text(Map<String, Settings> chosen) {
    return scenario.roles().stream()
        .map(role -> role.name() + " " + text(chosen.get(role.name())))
        .collect(Collectors.joining("; "));
  }

  private static String text(Settings settings) {
    return settings == null
        ? "fixed"
        : String.format(Locale.ROOT, "%.1f, min %d", settings.target(), settings.minGroups());
  }
}
