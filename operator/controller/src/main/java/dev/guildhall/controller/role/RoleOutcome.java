package dev.guildhall.controller.role;

import dev.guildhall.controller.status.Outcome;
import dev.guildhall.crds.ServingRole;
import java.util.List;

/** What a role's groups come to. */
final class RoleOutcome {

  /** Of how many groups it is asked why they are not ready; their reasons are alike. */
  private static final int MOST_ASKED = 3;

  private RoleOutcome() {}

  static Outcome of(ServingRole role, List<GroupState> observed) {
    int wanted = role.getSpec().groups();
    var canary = role.getSpec().canary();
    if (canary != null && canary.failure() != null) {
      return Outcome.stalled(
          "CanaryFailed",
          "the new version gets no requests: %s; look at its group, then change the ModelDeployment or take the change back"
              .formatted(canary.failure()));
    }
    var ready = observed.stream().filter(GroupState::isReady).count();
    var serving = observed.stream().filter(GroupState::serves).count();
    if (wanted == 0 && observed.isEmpty()) {
      return Outcome.ready("ScaledToZero", "no group is wanted; scale this role up to serve");
    }
    if (ready == wanted && observed.size() == wanted) {
      return Outcome.ready("GroupsReady", "%d of %d groups serve".formatted(ready, wanted));
    }
    var stable = observed.stream().filter(group -> !group.id().isCanary()).toList();
    if (Surge.tries(role)
        && stable.size() == wanted
        && stable.stream().allMatch(GroupState::isReady)) {
      return Outcome.reconciling(
          "CanaryRunning",
          "%d of %d groups serve; a new version gets %d %% of the requests"
              .formatted(wanted, wanted, canary.weightPercent()));
    }
    var trouble =
        observed.stream()
            .filter(group -> !group.isReady())
            .limit(MOST_ASKED)
            .map(group -> group.trouble().get())
            .filter(text -> !text.isEmpty())
            .findFirst();
    return Outcome.reconciling(
        trouble.isPresent() ? "GroupsNotReady" : "GroupsStarting",
        "%d of %d groups serve%s"
            .formatted(serving, wanted, trouble.map(text -> "; " + text).orElse("")));
  }
}
