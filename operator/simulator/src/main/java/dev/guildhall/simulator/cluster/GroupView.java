package dev.guildhall.simulator.cluster;

import dev.guildhall.planner.scaling.Group;
import dev.guildhall.planner.scaling.GroupPhase;
import dev.guildhall.planner.scaling.GroupSample;
import dev.guildhall.simulator.model.RoleModel;

/**
 * One group as the API server and its metrics have it.
 *
 * @param role its role, or the one it changes to
 * @param group name and phase
 * @param sample what it says; null where it serves nobody
 */
public record GroupView(RoleModel role, Group group, GroupSample sample) {

  static GroupView of(SimGroup group, long now) {
    long millis = Math.floorDiv(now, 1_000_000L);
    var role = group.next == null ? group.role : group.next;
    var described = new Group(group.name, group.phase, Math.floorDiv(group.since, 1_000_000L));
    var sample =
        group.phase == GroupPhase.READY
            ? new GroupSample(
                group.name,
                millis,
                group.queuedTokens(),
                group.stats.promptTokensPerSecond(),
                group.stats.tokenSeconds(),
                group.kvUse(),
                group.working(),
                group.balancedness(now))
            : null;
    group.stats.reset();
    return new GroupView(role, described, sample);
  }
}
