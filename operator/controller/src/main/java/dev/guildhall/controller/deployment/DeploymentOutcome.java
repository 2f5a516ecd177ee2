package dev.guildhall.controller.deployment;

import dev.guildhall.controller.status.Outcome;
import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the roles of a deployment come to. */
final class DeploymentOutcome {

  private DeploymentOutcome() {}

  static Outcome of(List<ServingRole> roles) {
    var waiting = roles.stream().filter(role -> !Roles.isReady(role)).toList();
    var text =
        (waiting.isEmpty() ? roles : waiting)
            .stream().map(DeploymentOutcome::describe).collect(Collectors.joining("; "));
    if (waiting.isEmpty()) {
      boolean nothingServes = roles.stream().allMatch(role -> role.getSpec().groups() == 0);
      return Outcome.ready(nothingServes ? "ScaledToZero" : "Serving", text);
    }
    return waiting.stream()
        .filter(role -> condition(role, "Stalled").isPresent())
        .findFirst()
        .map(stalled -> Outcome.stalled(reason(stalled), text))
        .orElseGet(() -> Outcome.reconciling(reason(waiting.getFirst()), text));
  }

  private static String reason(ServingRole role) {
    return condition(role, "Ready")
        .filter(condition -> !condition.getStatus().equals("True"))
        .map(Condition::getReason)
        .orElse("GroupsStarting");
  }

  private static String describe(ServingRole role) {
    return role.getSpec().role()
        + ": "
        + condition(role, "Ready").map(Condition::getMessage).orElse("groups are being made");
  }

  private static Optional<Condition> condition(ServingRole role, String type) {
    return role.getStatus() == null || role.getStatus().conditions() == null
        ? Optional.empty()
        : role.getStatus().conditions().stream().filter(c -> c.getType().equals(type)).findFirst();
  }
}
