package dev.guildhall.controller.metrics;

import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.planner.scaling.RoleNeed;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What signals ask of roles, as numbers: why a role is scaled, and why it is not. */
@ApplicationScoped
public class ScalingMetrics {

  private final Gauges needed;

  ScalingMetrics(MeterRegistry registry) {
    needed = new Gauges(OperatorMetrics.ROLE_GROUPS_NEEDED.multiGauge(registry));
  }

  /** Shows what the last decision about a deployment went by; no other row of it stays. */
  public void show(ModelDeployment deployment, List<RoleNeed> needs) {
    var shown = new HashSet<Tags>();
    for (var need : needs) {
      for (var vote : need.votes()) {
        var signal = vote.signal().name().toLowerCase(Locale.ROOT);
        var tags = DeploymentTags.of(deployment).and("role", need.role(), "signal", signal);
        needed.show(tags, vote.groups());
        shown.add(tags);
      }
    }
    retain(deployment, shown);
  }

  /** Forgets a deployment that is not scaled any more. */
  public void forget(ModelDeployment deployment) {
    retain(deployment, Set.of());
  }

  private void retain(ModelDeployment deployment, Set<Tags> shown) {
    needed.retain(tags -> !DeploymentTags.isOf(deployment, tags) || shown.contains(tags));
  }
}
