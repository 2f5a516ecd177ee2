package dev.guildhall.simulator.cluster;

import dev.guildhall.planner.scaling.GroupPhase;
import dev.guildhall.planner.scaling.RoleKind;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Sends each request to the ready group of the role with the least to do; keeps it while there is
 * none.
 */
final class Router {

  private final List<SimGroup> groups;
  private final ArrayDeque<Job> prompts = new ArrayDeque<>();
  private final ArrayDeque<Job> answers = new ArrayDeque<>();

  Router(List<SimGroup> groups) {
    this.groups = groups;
  }

  /** The group that got the request; null where it waits. */
  SimGroup send(Job job, boolean decode) {
    SimGroup best = null;
    for (SimGroup group : groups) {
      if (group.phase == GroupPhase.READY
          && (group.role.kind() == RoleKind.DECODE) == decode
          && (best == null || group.load() < best.load())) {
        best = group;
      }
    }
    if (best == null) {
      held(decode).add(job);
    } else {
      best.offer(job);
    }
    return best;
  }

  /** Requests that wait for a group. */
  ArrayDeque<Job> held(boolean decode) {
    return decode ? answers : prompts;
  }
}
