package dev.guildhall.controller.metrics;

import dev.guildhall.controller.status.Outcome;
import dev.guildhall.crds.ModelDeployment;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.TreeMap;

/** Which deployments are ready, as numbers. */
@ApplicationScoped
public class DeploymentMetrics {

  private final MultiGauge ready;
  private final Map<String, MultiGauge.Row<Number>> rows = new TreeMap<>();

  DeploymentMetrics(MeterRegistry registry) {
    ready = OperatorMetrics.DEPLOYMENT_READY.multiGauge(registry);
  }

  /** Shows how a deployment stands. */
  public synchronized void show(ModelDeployment deployment, Outcome outcome) {
    var meta = deployment.getMetadata();
    var tags = Tags.of("namespace", meta.getNamespace(), "deployment", meta.getName());
    rows.put(
        key(deployment), MultiGauge.Row.of(tags, outcome.state() == Outcome.State.READY ? 1 : 0));
    ready.register(rows.values(), true);
  }

  /** Forgets a deployment that is gone. */
  public synchronized void forget(ModelDeployment deployment) {
    rows.remove(key(deployment));
    ready.register(rows.values(), true);
  }

  private static String key(ModelDeployment deployment) {
    return deployment.getMetadata().getNamespace() + "/" + deployment.getMetadata().getName();
  }
}
