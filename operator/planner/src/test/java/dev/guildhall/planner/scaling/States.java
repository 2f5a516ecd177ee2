package dev.guildhall.planner.scaling;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * States of a deployment with one prefill role of 8-GPU groups at $2 per GPU-hour; a group computes
 * 1000 tokens/s.
 */
final class States {

  static final long START = 1_000_000;

  private States() {}

  static List<Group> groups(int ready, int pending) {
    var groups = new ArrayList<Group>();
    IntStream.range(0, ready).forEach(i -> groups.add(new Group("g" + i, GroupPhase.READY, 0)));
    IntStream.range(0, pending)
        .forEach(i -> groups.add(new Group("p" + i, GroupPhase.PENDING, START)));
    return groups;
  }

  static List<GroupSample> samples(int ready, long at, double queued) {
    return IntStream.range(0, ready)
        .mapToObj(i -> new GroupSample("g" + i, at, queued, 1000, 0, 0.1, 1, 1))
        .toList();
  }

  static RoleState role(
      int min, int max, List<Group> groups, List<GroupSample> samples, DemandSample demand) {
    return new RoleState(
        "prefill",
        RoleKind.PREFILL,
        "ep8",
        8,
        min,
        max,
        0,
        0,
        0,
        1000,
        1e6,
        0.02,
        1,
        60,
        groups,
        samples,
        demand);
  }

  static DemandSample demand(long at, double tokens) {
    return new DemandSample(at, 1, tokens, 0, 0.1, 0.01);
  }

  static PoolState pool(int free, int quota, String budget) {
    return new PoolState(
        free, quota, BigDecimal.valueOf(2), budget == null ? null : new BigDecimal(budget), "USD");
  }

  static ScalingState state(long at, RoleState role, PoolState pool, List<RoleMemory> memory) {
    return new ScalingState(
        at, List.of(role), pool, new ServiceLevel(2, 0.1), ScalingPolicy.DEFAULT, memory);
  }

  /** Groups that a decision adds, less those that it removes. */
  static int change(ScalingDecision decision) {
    return decision.chosen().stream()
        .map(ScalingOption::action)
        .mapToInt(
            action ->
                switch (action.kind()) {
                  case ADD, WAKE -> action.amount();
                  case REMOVE, SLEEP -> -action.amount();
                  default -> 0;
                })
        .sum();
  }
}
