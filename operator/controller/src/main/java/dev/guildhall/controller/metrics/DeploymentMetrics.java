package dev.guildhall.controller.metrics;

import dev.guildhall.controller.status.Outcome;
import dev.guildhall.crds.ModelDeployment;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;

/** Which deployments are ready, as numbers. */
@ApplicationScoped
public class DeploymentMetrics {

  private final Gauges ready;

  DeploymentMetrics(MeterRegistry registry) {
    ready = new Gauges(OperatorMetrics.DEPLOYMENT_READY.multiGauge(registry));
  }

  /** Shows how a deployment stands. */
  public void show(ModelDeployment deployment, Outcome outcome) {
    ready.show(tags(deployment), outcome.state() == Outcome.State.READY ? 1 : 0);
  }

  /** Forgets a deployment that is gone. */
  public void forget(ModelDeployment deployment) {
    ready.retain(tags -> !tags.equals(tags(deployment)));
  }

  private static Tags tags(ModelDeployment deployment) {
    var meta = deployment.getMetadata();
    return Tags.of("namespace", meta.getNamespace(), "deployment", meta.getName());
  }
}
