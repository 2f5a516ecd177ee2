package dev.guildhall.simulator.cluster;

import dev.guildhall.planner.scaling.RoleKind;
import dev.guildhall.simulator.model.RoleModel;
import dev.guildhall.simulator.model.Scenario;
import dev.guildhall.simulator.trace.Arrivals;
import dev.guildhall.simulator.trace.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of a fleet through a trace: the same inputs give the same outcome. */
public final class Simulation implements Progress, Fleet.Watcher {

  private static final long TICK = Math.round(Autoscaler.PERIOD_SECONDS * 1e9);

  /** A request that has not ended so long after the trace never will. */
  private static final long PATIENCE = 6 * 3_600_000_000_000L;

  private final Scenario scenario;
  private final Arrivals arrivals;
  private final Autoscaler autoscaler;
  private final Events events = new Events();
  private final GpuClock gpus;
  private final Tally tally;
  private final Fleet fleet;
  private final Router router;
  private final Cluster view;
  private final Map<RoleModel, RoleMeter> meters = new LinkedHashMap<>();
  private final Map<RoleModel, RoleReading> readings = new LinkedHashMap<>();
  private final List<SeriesPoint> series = new ArrayList<>();
  private final RoleModel entry;
  private long now;
  private long seriesFinished;
  private long seriesGood;
  private double entryRate;

  private final long mayFail;

  private Simulation(Scenario scenario, Arrivals arrivals, Autoscaler autoscaler, long mayFail) {
    this.mayFail = mayFail;
    this.scenario = scenario;
    this.arrivals = arrivals;
    this.autoscaler = autoscaler;
    this.now = arrivals.beginNanos();
    this.gpus = new GpuClock(scenario.gpus(), now, arrivals.endNanos());
    this.tally = new Tally(scenario.promise(), now, arrivals.endNanos());
    this.fleet = new Fleet(scenario, events, gpus, this);
    this.router = new Router(fleet.groups());
    this.view = new Cluster(this, scenario);
    scenario
        .roles()
        .forEach(role -> meters.put(role, new RoleMeter(scenario.promise().attainment())));
    this.entry = scenario.roles().getFirst();
  }

  /**
   * Runs a fleet.
   *
   * @param groups groups of each role at the beginning, in the order of the scenario's roles
   */
  public static Outcome run(
      Scenario scenario, Arrivals arrivals, List<Integer> groups, Autoscaler autoscaler) {
    return new Simulation(scenario, arrivals, autoscaler, Long.MAX_VALUE).seeded(groups).play();
  }

  /**
   * Runs a fleet, but only until it is certain that it misses the promised attainment.
   *
   * @return the outcome; empty where the promise was missed
   */
  public static Optional<Outcome> runWhileHolding(
      Scenario scenario, Arrivals arrivals, List<Integer> groups, Autoscaler autoscaler) {
    long mayFail = (long) (arrivals.measured() * (1 - scenario.promise().attainment()));
    var simulation = new Simulation(scenario, arrivals, autoscaler, mayFail).seeded(groups);
    var outcome = simulation.play();
    return simulation.hopeless() ? Optional.empty() : Optional.of(outcome);
  }

  private Simulation seeded(List<Integer> groups) {
    for (int i = 0; i < groups.size(); i++) {
      fleet.seed(scenario.roles().get(i), groups.get(i), now);
    }
    return this;
  }

  private boolean hopeless() {
    return tally.finished() - tally.good() > mayFail;
  }

  private Outcome play() {
    long end = arrivals.endNanos();
    long gpuNanos = -1;
    long groupNanos = -1;
    events.plan(now + TICK, this::tick);
    int next = 0;
    while (!hopeless() && (next < arrivals.size() || tally.present() > 0 || events.next() <= end)) {
      long arrival = next < arrivals.size() ? arrivals.atNanos(next) : Long.MAX_VALUE;
      long at = Math.min(arrival, events.next());
      if (at > end + PATIENCE) {
        throw new IllegalStateException(tally.present() + " requests never end");
      }
      if (at > end && gpuNanos < 0) {
        gpuNanos = gpus.nanos(end);
        groupNanos = fleet.groupNanos(end);
      }
      now = at;
      if (arrival <= events.next()) {
        arrive(arrivals.request(next++));
      } else {
        events.run();
      }
    }
    return new Outcome(
        tally.counts(),
        gpuNanos < 0 ? gpus.nanos(end) : gpuNanos,
        groupNanos < 0 ? fleet.groupNanos(end) : groupNanos,
        scenario.pricePerGpuHour(),
        series);
  }

  private void arrive(Request request) {
    var job = new Job(request, request.work(scenario.keysPerToken()), now);
    tally.arrived(job, now);
    meters.values().forEach(meter -> meter.arrived(job.work));
    dispatch(job, false);
  }

  private void dispatch(Job job, boolean decode) {
    var group = router.send(job, decode);
    if (group != null) {
      step(group);
    }
  }

  private void step(SimGroup group) {
    long nanos = group.begin(now);
    if (nanos >= 0) {
      events.plan(
          now + nanos,
          () -> {
            group.end(now, this);
            step(group);
            fleet.settle(group, now);
          });
    }
  }

  @Override
  public void firstToken(SimGroup group, Job job, long at) {
    meters.get(entry).firstToken(tally.ttftRatio(job));
    if (job.request.outputTokens() == 1) {
      finished(job, at);
    } else if (group.role.kind() == RoleKind.PREFILL) {
      double micros = scenario.transferMicrosPerToken() * job.request.inputTokens();
      events.plan(at + Math.round(micros * 1e3), () -> dispatch(job, true));
    }
  }

  @Override
  public void finished(Job job, long at) {
    var role = scenario.roles().getLast();
    meters.get(role).tokenTime(tally.tpotRatio(job, at));
    tally.finished(job, at);
  }

  @Override
  public void ready(SimGroup group, long at) {
    var held = router.held(group.role.kind() == RoleKind.DECODE);
    while (!held.isEmpty()) {
      group.offer(held.poll());
    }
    step(group);
  }

  @Override
  public void leaving(SimGroup group, long at) {
    boolean decode = group.role.kind() == RoleKind.DECODE;
    group.surrender().forEach(job -> dispatch(job, decode));
  }

  private void tick() {
    meters.forEach((role, meter) -> readings.put(role, meter.read(Autoscaler.PERIOD_SECONDS)));
    entryRate = readings.get(entry).requestsPerSecond();
    if (now >= 0 && now <= arrivals.endNanos()) {
      record();
    }
    autoscaler.tick(view);
    if (now < arrivals.endNanos() || tally.present() > 0) {
      events.plan(now + TICK, this::tick);
    }
  }

  private void record() {
    long ended = tally.finished() - seriesFinished;
    double attainment = ended == 0 ? 1 : (double) (tally.good() - seriesGood) / ended;
    series.add(new SeriesPoint(now / 1e9, gpus.held(), entryRate, attainment));
    seriesFinished = tally.finished();
    seriesGood = tally.good();
  }

  long now() {
    return now;
  }

  Fleet fleet() {
    return fleet;
  }

  Router router() {
    return router;
  }

  GpuClock gpus() {
    return gpus;
  }

  RoleReading reading(RoleModel role) {
    return readings.get(role);
  }
}
