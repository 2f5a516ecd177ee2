package dev.guildhall.controller.metrics;

import dev.guildhall.controller.status.Outcome;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.ServingRole;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** How deployments and their roles stand, as numbers. */
@ApplicationScoped
public class DeploymentMetrics {

  private final Gauges ready;
  private final Gauges groups;
  private final Gauges canaries;

  DeploymentMetrics(MeterRegistry registry) {
    ready = new Gauges(OperatorMetrics.DEPLOYMENT_READY.multiGauge(registry));
    groups = new Gauges(OperatorMetrics.ROLE_GROUPS.multiGauge(registry));
    canaries = new Gauges(OperatorMetrics.CANARY_WEIGHT.multiGauge(registry));
  }

  /** Shows how a deployment and those of its roles that are known stand. */
  public void show(ModelDeployment deployment, Outcome outcome, List<ServingRole> roles) {
    boolean tries = outcome.reason().equals("CanaryRunning");
    ready.show(
        DeploymentTags.of(deployment), outcome.state() == Outcome.State.READY || tries ? 1 : 0);
    for (var role : roles) {
      show(DeploymentTags.of(deployment).and("role", role.getSpec().role()), role);
    }
    groups.retain(
        tags ->
            !DeploymentTags.isOf(deployment, tags)
                || roles.stream().anyMatch(role -> isOf(role, tags)));
    canaries.retain(
        tags ->
            !DeploymentTags.isOf(deployment, tags)
                || roles.stream().anyMatch(role -> isTried(role, tags)));
  }

  private void show(Tags tags, ServingRole role) {
    var status = role.getStatus();
    int serving = status == null || status.readyGroups() == null ? 0 : status.readyGroups();
    groups.show(tags.and("state", "wanted"), role.getSpec().groups());
    groups.show(tags.and("state", "serving"), serving);
    if (role.getSpec().canary() != null) {
      canaries.show(tags, role.getSpec().canary().weightPercent());
    }
  }

  private static boolean isTried(ServingRole role, Tags tags) {
    return role.getSpec().canary() != null && isOf(role, tags);
  }

  private static boolean isOf(ServingRole role, Tags tags) {
    return tags.stream().anyMatch(Tag.of("role", role.getSpec().role())::equals);
  }

  /** Forgets a deployment that is gone. */
  public void forget(ModelDeployment deployment) {
    for (var gauges : List.of(ready, groups, canaries)) {
      gauges.retain(tags -> !DeploymentTags.isOf(deployment, tags));
    }
  }
}
