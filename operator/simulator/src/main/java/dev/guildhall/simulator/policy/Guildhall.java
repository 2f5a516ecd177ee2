package dev.guildhall.simulator.policy;

import dev.guildhall.planner.scaling.Action;
import dev.guildhall.planner.scaling.DemandSample;
import dev.guildhall.planner.scaling.PoolState;
import dev.guildhall.planner.scaling.RoleMemory;
import dev.guildhall.planner.scaling.RoleState;
import dev.guildhall.planner.scaling.Scaler;
import dev.guildhall.planner.scaling.ScalingDecision;
import dev.guildhall.planner.scaling.ScalingPolicy;
import dev.guildhall.planner.scaling.ScalingState;
import dev.guildhall.planner.scaling.ServiceLevel;
import dev.guildhall.simulator.cluster.Autoscaler;
import dev.guildhall.simulator.cluster.Cluster;
import dev.guildhall.simulator.cluster.GroupView;
import dev.guildhall.simulator.model.RoleModel;
import dev.guildhall.simulator.model.Scenario;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** The planner's decision, carried out: the very function that the operator runs. */
public final class Guildhall implements Autoscaler {

  private final ScalingPolicy policy;
  private final Consumer<ScalingDecision> log;
  private List<RoleMemory> memory = List.of();

  /**
   * The planner with a policy.
   *
   * @param log is told every decision
   */
  public Guildhall(ScalingPolicy policy, Consumer<ScalingDecision> log) {
    this.policy = policy;
    this.log = log;
  }

  @Override
  public void tick(Cluster cluster) {
    var scenario = cluster.scenario();
    var views = cluster.views();
    var state =
        new ScalingState(
            Math.floorDiv(cluster.now(), 1_000_000L),
            scenario.roles().stream().map(role -> role(cluster, role, views)).toList(),
            new PoolState(
                cluster.freeGpus(),
                scenario.gpus(),
                scenario.pricePerGpuHour(),
                null,
                scenario.currency()),
            new ServiceLevel(scenario.promise().ttftSeconds(), scenario.promise().tpotSeconds()),
            policy,
            memory);
    var decision = Scaler.decide(state);
    memory = decision.memory();
    log.accept(decision);
    decision.chosen().forEach(option -> carryOut(cluster, option.action()));
  }

  private static RoleState role(Cluster cluster, RoleModel role, List<GroupView> views) {
    var scenario = cluster.scenario();
    var own = views.stream().filter(view -> view.role().equals(role)).toList();
    return new RoleState(
        role.name(),
        role.kind(),
        "one layout",
        scenario.ranksPerGroup(),
        1,
        scenario.mostGroups(),
        0,
        0,
        0,
        role.step().promptTokensPerSecond() * scenario.ranksPerGroup(),
        (double) scenario.ranksPerGroup() * scenario.cacheTokensPerRank(),
        role.step().floorMicros() / 1e6,
        1,
        scenario.startSeconds() + PERIOD_SECONDS,
        own.stream().map(GroupView::group).toList(),
        own.stream().map(GroupView::sample).filter(Objects::nonNull).toList(),
        demand(cluster, role));
  }

  private static DemandSample demand(Cluster cluster, RoleModel role) {
    var reading = cluster.reading(role);
    var promise = cluster.scenario().promise();
    return new DemandSample(
        Math.floorDiv(cluster.now(), 1_000_000L),
        reading.requestsPerSecond(),
        reading.tokensPerSecond(),
        cluster.held(role),
        known(reading.ttftRatio()) * promise.ttftSeconds(),
        known(reading.tpotRatio()) * promise.tpotSeconds());
  }

  /** A role that draws no first tokens, or no others, has no such percentile: it is not late. */
  private static double known(double ratio) {
    return Double.isNaN(ratio) ? 0 : ratio;
  }

  private static void carryOut(Cluster cluster, Action action) {
    var role = named(cluster.scenario(), action.role());
    int have = cluster.groups(role);
    switch (action.kind()) {
      case ADD, WAKE -> cluster.scaleTo(role, have + action.amount());
      case REMOVE, SLEEP -> cluster.scaleTo(role, have - action.amount());
      case SHIFT ->
          cluster.shift(named(cluster.scenario(), action.fromRole()), role, action.amount());
      case REBALANCE -> cluster.rebalance(role);
      default -> throw new IllegalStateException("the scenario offers no other copies: " + action);
    }
  }

  private static RoleModel named(Scenario scenario, String name) {
    return scenario.roles().stream()
        .filter(role -> role.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no role " + name));
  }
}
