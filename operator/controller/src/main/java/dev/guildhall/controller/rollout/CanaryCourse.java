package dev.guildhall.controller.rollout;

import dev.guildhall.controller.role.GroupId;
import dev.guildhall.controller.role.GroupReadiness;
import dev.guildhall.controller.signals.Snapshot;
import dev.guildhall.crds.GroupTemplate;
import dev.guildhall.planner.rollout.CanaryRules;
import dev.guildhall.planner.rollout.CanaryState;
import dev.guildhall.planner.scaling.GroupPhase;
import java.time.Duration;
import java.util.List;

/**
 * What was seen of one step of a canary. When the operator restarts it is lost, and the step begins
 * anew.
 */
final class CanaryCourse {

  /** The gateway's figures are stale when the last ones are older than so many looks. */
  private static final int STALE_WINDOWS = 3;

  private final GroupTemplate template;
  private final int weightPercent;
  private final LaneTally canary;
  private final LaneTally stable;
  private final ProbeTally probes;
  private Duration held = Duration.ZERO;
  private long seenMillis;
  private boolean serves;

  CanaryCourse(GroupTemplate template, int weightPercent) {
    this.template = template;
    this.weightPercent = weightPercent;
    canary = new LaneTally(template.model().name(), "canary");
    stable = new LaneTally(template.model().name(), "stable");
    probes = new ProbeTally(template.model().name());
  }

  /** Whether it is the course of this step. */
  boolean isOf(GroupTemplate other, int weight) {
    return weight == weightPercent && template.isVersionOf(other);
  }

  /** Takes up what was seen since the last time. */
  void see(List<Snapshot> snapshots, GroupId group) {
    for (int i = 1; i < snapshots.size(); i++) {
      var then = snapshots.get(i - 1);
      var now = snapshots.get(i);
      if (seenMillis != 0 && now.atMillis() > seenMillis) {
        add(then, now, serves(now, group));
      }
    }
    if (!snapshots.isEmpty()) {
      serves = serves(snapshots.getLast(), group);
      seenMillis = Math.max(seenMillis, snapshots.getLast().atMillis());
    }
  }

  private boolean serves(Snapshot now, GroupId group) {
    var seen = now.groups().get(group.name());
    return seen != null
        && seen.phase() == GroupPhase.READY
        && seen.readyRanks() == template.ranks()
        && now.atMillis() - seen.sinceMillis() >= GroupReadiness.SETTLES.toMillis();
  }

  private void add(Snapshot then, Snapshot now, boolean served) {
    boolean measured = false;
    for (var gateway : now.gateways().entrySet()) {
      var before = then.gateways().get(gateway.getKey());
      if (before != null) {
        measured = true;
        canary.add(before, gateway.getValue());
        stable.add(before, gateway.getValue());
        probes.add(before, gateway.getValue());
      }
    }
    if (measured && served) {
      held = held.plusMillis(now.atMillis() - then.atMillis());
    }
  }

  /** Where it stands. */
  CanaryState state(CanaryRules rules, List<Snapshot> snapshots, long nowMillis, Duration window) {
    boolean measured =
        !snapshots.isEmpty()
            && !snapshots.getLast().gateways().isEmpty()
            && nowMillis - snapshots.getLast().atMillis() <= STALE_WINDOWS * window.toMillis();
    return new CanaryState(
        rules,
        weightPercent,
        serves,
        measured,
        held,
        canary.lane(),
        stable.lane(),
        probes.agreement());
  }
}
