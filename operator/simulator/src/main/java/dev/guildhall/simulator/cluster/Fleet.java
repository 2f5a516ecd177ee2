package dev.guildhall.simulator.cluster;

import dev.guildhall.planner.scaling.GroupPhase;
import dev.guildhall.simulator.model.RoleModel;
import dev.guildhall.simulator.model.Scenario;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The groups: wanted, started when GPUs are free, drained before they go. */
final class Fleet {

  /** Told when a group takes requests, and when one must give up what it has not begun. */
  interface Watcher {

    void ready(SimGroup group, long now);

    void leaving(SimGroup group, long now);
  }

  private final Scenario scenario;
  private final Events events;
  private final GpuClock gpus;
  private final Watcher watcher;
  private final List<SimGroup> groups = new ArrayList<>();
  private int made;
  private long retiredNanos;

  Fleet(Scenario scenario, Events events, GpuClock gpus, Watcher watcher) {
    this.scenario = scenario;
    this.events = events;
    this.gpus = gpus;
    this.watcher = watcher;
  }

  List<SimGroup> groups() {
    return groups;
  }

  /** Groups of a role that serve or will. */
  List<SimGroup> credited(RoleModel role) {
    return groups.stream()
        .filter(group -> group.phase != GroupPhase.DRAINING)
        .filter(group -> (group.next == null ? group.role : group.next).equals(role))
        .toList();
  }

  /** Groups that are ready from the start, as if they had always been. */
  void seed(RoleModel role, int count, long now) {
    for (int i = 0; i < count; i++) {
      var group = add(role, now);
      if (gpus.take(scenario.ranksPerGroup(), now)) {
        group.heldSince = now;
        group.placedAt = now;
        group.enter(GroupPhase.READY, now);
      }
    }
  }

  void scaleTo(RoleModel role, int wanted, long now) {
    var have = credited(role);
    for (int i = have.size(); i < wanted; i++) {
      add(role, now);
    }
    have.stream()
        .sorted(Comparator.comparing((SimGroup g) -> g.phase).thenComparingDouble(SimGroup::load))
        .limit(Math.max(0, have.size() - wanted))
        .toList()
        .forEach(group -> remove(group, now));
    startPending(now);
  }

  void shift(RoleModel from, RoleModel to, int count, long now) {
    credited(from).stream()
        .filter(group -> group.phase == GroupPhase.READY)
        .sorted(Comparator.comparingDouble(SimGroup::load))
        .limit(count)
        .toList()
        .forEach(
            group -> {
              group.next = to;
              group.enter(GroupPhase.STARTING, now);
              watcher.leaving(group, now);
              settle(group, now);
            });
  }

  void place(RoleModel role, long now) {
    credited(role).forEach(group -> group.place(now));
  }

  /** Lets a group go, or change its role, once it is empty. */
  void settle(SimGroup group, long now) {
    if (!group.empty()) {
      return;
    }
    if (group.phase == GroupPhase.DRAINING) {
      retire(group, now);
      startPending(now);
    } else if (group.next != null) {
      group.role = group.next;
      group.next = null;
      readyAfter(group, scenario.shiftSeconds(), now);
    }
  }

  private SimGroup add(RoleModel role, long now) {
    var group = new SimGroup(role.name() + "-" + made++, scenario, role, now);
    groups.add(group);
    return group;
  }

  private void remove(SimGroup group, long now) {
    if (group.phase == GroupPhase.READY || !group.empty()) {
      group.next = null;
      group.enter(GroupPhase.DRAINING, now);
      watcher.leaving(group, now);
      settle(group, now);
    } else {
      retire(group, now);
    }
  }

  private void retire(SimGroup group, long now) {
    groups.remove(group);
    if (group.phase.compareTo(GroupPhase.PENDING) > 0) {
      gpus.release(scenario.ranksPerGroup(), now);
      retiredNanos += measuredNanos(group, now);
    }
    group.enter(GroupPhase.DRAINING, now);
  }

  private void startPending(long now) {
    for (SimGroup group : groups) {
      if (group.phase == GroupPhase.PENDING && gpus.take(scenario.ranksPerGroup(), now)) {
        group.heldSince = now;
        group.enter(GroupPhase.STARTING, now);
        readyAfter(group, scenario.startSeconds(), now);
      }
    }
  }

  private void readyAfter(SimGroup group, double seconds, long now) {
    long at = now + Math.round(seconds * 1e9);
    events.plan(
        at,
        () -> {
          if (group.phase == GroupPhase.STARTING && groups.contains(group)) {
            group.placedAt = at;
            group.enter(GroupPhase.READY, at);
            watcher.ready(group, at);
          }
        });
  }

  /** GPU-nanoseconds from 0 on, summed group by group: what the clock of all GPUs must show. */
  long groupNanos(long now) {
    return retiredNanos + groups.stream().mapToLong(group -> measuredNanos(group, now)).sum();
  }

  private long measuredNanos(SimGroup group, long now) {
    return group.heldSince < 0 && group.phase == GroupPhase.PENDING
        ? 0
        : Math.max(0, now - Math.max(0, group.heldSince)) * scenario.ranksPerGroup();
  }
}
