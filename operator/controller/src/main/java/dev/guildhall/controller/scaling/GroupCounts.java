package dev.guildhall.controller.scaling;

import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.ServingRole;
import dev.guildhall.planner.scaling.Action;
import dev.guildhall.planner.scaling.ScalingDecision;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the numbers of groups that a decision comes to; nothing else of the operator does. */
@ApplicationScoped
class GroupCounts {
  private static final PatchContext MERGE =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON_MERGE)
          .withFieldManager("guildhall-scaling")
          .build();

  private final KubernetesClient client;

  GroupCounts(KubernetesClient client) {
    this.client = client;
  }

  /** Writes what is to change; returns whether anything is. */
  boolean write(ModelDeployment deployment, List<ScaledRole> roles, ScalingDecision decision) {
    var changes = changes(decision);
    for (var role : roles) {
      int change = changes.getOrDefault(role.role().name(), 0);
      if (change != 0) {
        client
            .resources(ServingRole.class)
            .inNamespace(deployment.getMetadata().getNamespace())
            .withName(deployment.getMetadata().getName() + "-" + role.role().name())
            .patch(MERGE, "{\"spec\":{\"groups\":%d}}".formatted(role.groups() + change));
      }
    }
    return changes.values().stream().anyMatch(change -> change != 0);
  }

  /** Groups more or fewer, by role. */
  static Map<String, Integer> changes(ScalingDecision decision) {
    var changes = new HashMap<String, Integer>();
    for (var option : decision.chosen()) {
      Action action = option.action();
      switch (action.kind()) {
        case ADD, WAKE -> changes.merge(action.role(), action.amount(), Integer::sum);
        case REMOVE, SLEEP -> changes.merge(action.role(), -action.amount(), Integer::sum);
        case SHIFT -> {
          changes.merge(action.role(), action.amount(), Integer::sum);
          changes.merge(action.fromRole(), -action.amount(), Integer::sum);
        }
        // The placement controller moves experts by itself, and is asked for copies elsewhere.
        default -> {}
      }
    }
    return changes;
  }
}
