package dev.guildhall.simulator.report;

import dev.guildhall.planner.scaling.ScalingPolicy;
import dev.guildhall.simulator.cluster.Cluster;
import dev.guildhall.simulator.cluster.Simulation;
import dev.guildhall.simulator.model.MeanDemand;
import dev.guildhall.simulator.model.Scenario;
import dev.guildhall.simulator.policy.Guildhall;
import dev.guildhall.simulator.trace.Arrivals;
import dev.guildhall.simulator.trace.Trace;
import java.util.List;
import java.util.function.Consumer;

/**
 * The planner against its peers on one trace. The planner has one set of constants; HPA and KEDA
 * are tuned in hindsight for the very trace and load. All begin with the same groups and settle for
 * ten minutes before measuring begins.
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
   * All policies at a load.
   *
   * @throws IllegalArgumentException where the load makes no requests, or too many for this machine
   */
  public LoadResult at(double load) {
    double copies = MeanDemand.copies(scenario, trace, load);
    if (!(load > 0) || copies * trace.requests().size() > 2e7) {
      throw new IllegalArgumentException(
          "load %s is %.0f requests; between 1 and 20 million can be simulated"
              .formatted(load, copies * trace.requests().size()));
    }
    var arrivals = new Arrivals(trace, copies, WARMUP_SECONDS, JITTER_SECONDS, seed);
    progress.accept("load %s: %d requests, fixed fleet".formatted(load, arrivals.size()));
    var fixed = PeakFleet.size(scenario, trace, copies, arrivals);
    progress.accept("load %s: planner".formatted(load));
    var ours =
        Simulation.run(
            scenario,
            arrivals,
            fixed.groups(),
            new Guildhall(ScalingPolicy.DEFAULT, decision -> {}));
    progress.accept("load %s: HPA".formatted(load));
    var hpa =
        new TargetSearch(scenario, arrivals, fixed.groups(), Cluster::queued)
            .search("HPA on queue length");
    progress.accept("load %s: KEDA".formatted(load));
    var keda =
        new TargetSearch(scenario, arrivals, fixed.groups(), Cluster::inFlight)
            .search("KEDA on running requests");
    double promised = scenario.promise().attainment();
    return new LoadResult(
        load,
        copies,
        arrivals.measured() / Math.max(1e-9, arrivals.endNanos() / 1e9),
        List.of(
            new Row("Guildhall", "defaults", ours.counts().attainment() >= promised, ours),
            hpa,
            keda,
            new Row(
                "fixed fleet for the peak",
                fixed.groups() + " groups",
                fixed.outcome().counts().attainment() >= promised,
                fixed.outcome())));
  }
}
