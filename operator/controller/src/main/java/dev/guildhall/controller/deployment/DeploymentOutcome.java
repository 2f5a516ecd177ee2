package dev.guildhall.controller.deployment;

import dev.guildhall.controller.status.Conditions;
import dev.guildhall.controller.status.Outcome;
import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.stream.Collectors;

/** What the roles of a deployment come to. */
final class DeploymentOutcome {

  private DeploymentOutcome() {}

  static Outcome of(List<ServingRole> roles) {
    var waiting = roles.stream().filter(role -> !isReady(role)).toList();
    var text =
        (waiting.isEmpty() ? roles : waiting)
            .stream().map(DeploymentOutcome::describe).collect(Collectors.joining("; "));
    if (waiting.isEmpty()) {
      boolean nothingServes = roles.stream().allMatch(role -> role.getSpec().groups() == 0);
      return Outcome.ready(nothingServes ? "ScaledToZero" : "Serving", text);
    }
    return waiting.stream()
            .map(DeploymentOutcome::condition)
            .anyMatch(c -> c != null && "NameTaken".equals(c.getReason()))
        ? Outcome.stalled("NameTaken", text)
        : Outcome.reconciling(reason(waiting.getFirst()), text);
  }

  private static boolean isReady(ServingRole role) {
    return role.getStatus() != null
        && Conditions.isReady(role.getStatus().conditions(), role.getMetadata().getGeneration());
  }

  private static String reason(ServingRole role) {
    var condition = condition(role);
    return condition == null || condition.getStatus().equals("True")
        ? "GroupsStarting"
        : condition.getReason();
  }

  private static String describe(ServingRole role) {
    var condition = condition(role);
    return role.getSpec().role()
        + ": "
        + (condition == null ? "groups are being made" : condition.getMessage());
  }

  private static Condition condition(ServingRole role) {
    return role.getStatus() == null || role.getStatus().conditions() == null
        ? null
        : role.getStatus().conditions().stream()
            .filter(c -> c.getType().equals("Ready"))
            .findFirst()
            .orElse(null);
  }
}
