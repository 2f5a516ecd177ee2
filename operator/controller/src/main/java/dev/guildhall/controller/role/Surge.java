package dev.guildhall.controller.role;

import dev.guildhall.crds.Role;
import dev.guildhall.crds.ServingRole;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One group more than wanted: for as long as a version is tried in it, until all others have gone
 * over to the version that it has, and while it serves in place of one that does not. Pure.
 */
final class Surge {

  private Surge() {}

  /** Whether the role's groups go over with one group more. */
  static boolean isAsked(ServingRole role) {
    var strategy = role.getSpec().rollOut();
    return strategy == Role.RollOut.Surge || strategy == Role.RollOut.Canary;
  }

  /**
   * Whether the role is to have it: while a version is tried; else from when a group is found
   * outdated and there is room, until all wanted groups are ready in the new version. So a group
   * that is scaled away meanwhile stays until those left serve.
   *
   * @param asked digest of what the wanted groups are to be
   * @param room whether the pool could take one more, or has taken it; asked only when that decides
   */
  static boolean isDue(
      ServingRole role,
      List<GroupState> observed,
      String asked,
      Instant now,
      BooleanSupplier room) {
    if (!isAsked(role) || role.getSpec().groups() == 0) {
      return false;
    }
    if (tries(role)) {
      return true;
    }
    var wanted = wanted(role, observed);
    if (extra(role, observed).isEmpty()) {
      return wanted.stream().anyMatch(group -> !group.outdated().isEmpty()) && room.getAsBoolean();
    }
    return wanted.size() < role.getSpec().groups()
        || !wanted.stream().allMatch(group -> group.isAsked(asked) && group.isSettled(now));
  }

  /**
   * Whether a group that is scaled away stays, by whatever strategy others go over: it serves, and
   * of those left fewer do than are wanted. They may wait for its very GPUs.
   */
  static boolean standsIn(ServingRole role, List<GroupState> observed) {
    long serving = wanted(role, observed).stream().filter(GroupState::serves).count();
    return serving < role.getSpec().groups()
        && extra(role, observed).stream().anyMatch(GroupState::serves);
  }

  /** Whether a version is tried that is not in force. */
  static boolean tries(ServingRole role) {
    var canary = role.getSpec().canary();
    return canary != null && !canary.template().isVersionOf(role.getSpec().template());
  }

  /** Whether it has served for a while, so that others may be restarted. */
  static boolean serves(ServingRole role, List<GroupState> observed, Instant now) {
    return extra(role, observed).stream().anyMatch(group -> group.isSettled(now));
  }

  private static List<GroupState> wanted(ServingRole role, List<GroupState> observed) {
    return observed.stream()
        .filter(group -> !group.id().isCanary() && group.id().index() < role.getSpec().groups())
        .toList();
  }

  private static List<GroupState> extra(ServingRole role, List<GroupState> observed) {
    return observed.stream()
        .filter(group -> group.id().equals(GroupId.extra(role)))
        .filter(group -> group.set().getMetadata().getDeletionTimestamp() == null)
        .toList();
  }
}
