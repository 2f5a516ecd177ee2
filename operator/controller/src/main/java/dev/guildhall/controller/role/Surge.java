package dev.guildhall.controller.role;

import dev.guildhall.crds.Role;
import dev.guildhall.crds.ServingRole;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One group more than wanted for as long as a roll-out takes; pure. */
final class Surge {

  private Surge() {}

  /**
   * Whether the role is to have it: from when a group is found outdated and there is room, until
   * all wanted groups are ready in the new version. So a group that is scaled away meanwhile stays
   * until those left serve.
   *
   * @param room whether the pool could take one more; asked only when that decides
   */
  static boolean isDue(
      ServingRole role, List<GroupState> observed, Instant now, BooleanSupplier room) {
    if (role.getSpec().rollOut() != Role.RollOut.Surge || role.getSpec().groups() == 0) {
      return false;
    }
    var wanted = wanted(role, observed);
    if (extra(role, observed).isEmpty()) {
      return wanted.stream().anyMatch(group -> !group.outdated().isEmpty()) && room.getAsBoolean();
    }
    return wanted.size() < role.getSpec().groups()
        || !wanted.stream().allMatch(group -> group.isSettled(now));
  }

  /** Whether it has served for a while, so that others may be restarted. */
  static boolean serves(ServingRole role, List<GroupState> observed, Instant now) {
    return extra(role, observed).stream().anyMatch(group -> group.isSettled(now));
  }

  private static List<GroupState> wanted(ServingRole role, List<GroupState> observed) {
    return observed.stream().filter(group -> group.id().index() < role.getSpec().groups()).toList();
  }

  private static List<GroupState> extra(ServingRole role, List<GroupState> observed) {
    return observed.stream()
        .filter(group -> group.id().index() == role.getSpec().groups())
        .filter(group -> group.set().getMetadata().getDeletionTimestamp() == null)
        .toList();
  }
}
