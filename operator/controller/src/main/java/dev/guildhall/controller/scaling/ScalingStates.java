package dev.guildhall.controller.scaling;

import dev.guildhall.controller.signals.Snapshot;
import dev.guildhall.controller.signals.Snapshot.SeenGroup;
import dev.guildhall.crds.ModelDeploymentSpec;
import dev.guildhall.crds.Role;
import dev.guildhall.planner.scaling.Group;
import dev.guildhall.planner.scaling.GroupPhase;
import dev.guildhall.planner.scaling.GroupSample;
import dev.guildhall.planner.scaling.PoolState;
import dev.guildhall.planner.scaling.RoleKind;
import dev.guildhall.planner.scaling.RoleMemory;
import dev.guildhall.planner.scaling.RoleState;
import dev.guildhall.planner.scaling.ScalingPolicy;
import dev.guildhall.planner.scaling.ScalingState;
import dev.guildhall.planner.scaling.ServiceLevel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts together what a decision depends on. Pure. */
final class ScalingStates {
  /** Until a group of the role has been seen starting. */
  private static final double START_SECONDS = 60;

  /** Caches are sized when ranks start, beside room for the most redundant experts. */
  private static final double NO_CACHE_GAINED = 0;

  private ScalingStates() {}

  /**
   * The state at the newest snapshot.
   *
   * @param deployment its name
   * @param fastest of each role: when a group needed the shortest time per token
   */
  static ScalingState of(
      String deployment,
      ModelDeploymentSpec spec,
      List<ScaledRole> roles,
      PoolState pool,
      Signals signals,
      Map<String, GroupSample> fastest,
      List<RoleMemory> memory) {
    var now = signals.snapshots().getLast();
    var states =
        roles.stream()
            .map(
                role ->
                    role(
                        deployment,
                        spec,
                        role,
                        signals.share(role.role().name(), alike(role.role().kind(), roles)),
                        signals,
                        Optional.ofNullable(fastest.get(role.role().name()))))
            .toList();
    var level =
        new ServiceLevel(spec.slo().firstTokenMillis() / 1e3, spec.slo().tokenMillis() / 1e3);
    return new ScalingState(now.atMillis(), states, pool, level, policy(roles), memory);
  }

  private static RoleState role(
      String deployment,
      ModelDeploymentSpec spec,
      ScaledRole scaled,
      double share,
      Signals signals,
      Optional<GroupSample> fastest) {
    var role = scaled.role();
    int ranks = role.ranksPerGroup();
    List<GroupSample> samples = signals.samples(role.name(), ranks, scaled.balancedness());
    return new RoleState(
        role.name(),
        kind(role),
        "%d ranks, up to %d redundant experts".formatted(ranks, scaled.mostRedundantExperts()),
        ranks,
        scaled.least(),
        scaled.most(),
        scaled.redundantExperts(),
        scaled.mostRedundantExperts(),
        NO_CACHE_GAINED,
        scaled.ratedTokensPerSecond(),
        (double) scaled.cacheTokensPerRank() * ranks,
        fastest.map(GroupSample::tokenSeconds).orElse(0.0),
        fastest.map(GroupSample::running).orElse(0.0),
        signals.startSeconds(role.name(), START_SECONDS),
        groups(deployment, scaled, signals.snapshots().getLast()),
        samples,
        signals.demand(role.name(), share, spec.model().name(), spec.slo().percentile()));
  }

  private static List<String> alike(Role.Kind kind, List<ScaledRole> roles) {
    return roles.stream()
        .map(ScaledRole::role)
        .filter(role -> role.kind() == kind)
        .map(Role::name)
        .toList();
  }

  private static RoleKind kind(Role role) {
    return switch (role.kind()) {
      case Unified -> RoleKind.UNIFIED;
      case Prefill -> RoleKind.PREFILL;
      case Decode -> RoleKind.DECODE;
    };
  }

  private static List<Group> groups(String deployment, ScaledRole scaled, Snapshot now) {
    var groups = new ArrayList<Group>();
    var left = new HashSet<String>();
    now.groups()
        .forEach(
            (name, seen) -> {
              if (seen.role().equals(scaled.role().name())) {
                left.add(name);
              }
            });
    for (int i = 0; i < scaled.groups(); i++) {
      var name = "%s-%s-%d".formatted(deployment, scaled.role().name(), i);
      left.remove(name);
      groups.add(wanted(name, scaled.role().ranksPerGroup(), now));
    }
    left.stream()
        .sorted()
        .forEach(
            name ->
                groups.add(
                    new Group(name, GroupPhase.DRAINING, now.groups().get(name).sinceMillis())));
    return groups;
  }

  private static Group wanted(String name, int ranks, Snapshot now) {
    SeenGroup seen = now.groups().get(name);
    if (seen == null) {
      return new Group(name, GroupPhase.PENDING, now.atMillis());
    }
    // A group that is wanted and goes is on its way back.
    boolean ready = seen.phase() == GroupPhase.READY && seen.readyRanks() == ranks;
    var phase =
        ready
            ? GroupPhase.READY
            : seen.phase() == GroupPhase.PENDING ? GroupPhase.PENDING : GroupPhase.STARTING;
    return new Group(name, phase, seen.sinceMillis());
  }

  private static ScalingPolicy policy(List<ScaledRole> roles) {
    return roles.stream()
        .map(role -> role.role().scaling())
        .filter(scaling -> scaling != null && scaling.sleepAfterSeconds() != null)
        .mapToInt(scaling -> scaling.sleepAfterSeconds())
        .min()
        .stream()
        .mapToObj(ScalingPolicy.DEFAULT::withSleepSeconds)
        .findFirst()
        .orElse(ScalingPolicy.DEFAULT);
  }
}
