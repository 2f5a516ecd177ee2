package dev.guildhall.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.controller.status.Outcome;
import dev.guildhall.crds.Canary;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.ServingRole;
import dev.guildhall.crds.ServingRoleSpec;
import dev.guildhall.crds.ServingRoleStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeploymentMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final DeploymentMetrics metrics = new DeploymentMetrics(registry);

  private static ModelDeployment deployment(String name) {
    var deployment = new ModelDeployment();
    deployment.getMetadata().setNamespace("quickstart");
    deployment.getMetadata().setName(name);
    return deployment;
  }

  private static ServingRole role(Canary canary) {
    var role = new ServingRole();
    role.setSpec(new ServingRoleSpec("a", "unified", 3, null, null, null, canary, null));
    role.setStatus(new ServingRoleStatus(1L, 3, 2, "", null));
    return role;
  }

  private Double value(String name, String... tags) {
    var gauge = registry.find(name).tags(tags).gauge();
    return gauge == null ? null : gauge.value();
  }

  @Test
  void aTriedVersionDoesNotMakeADeploymentUnready() {
    metrics.show(
        deployment("a"),
        Outcome.reconciling("CanaryRunning", ""),
        List.of(role(new Canary(null, 20, null, null))));
    assertThat(value("guildhall.deployment.ready", "deployment", "a")).isEqualTo(1);
    assertThat(value("guildhall.canary.weight.percent", "role", "unified")).isEqualTo(20);
    assertThat(value("guildhall.role.groups", "state", "wanted")).isEqualTo(3);
    assertThat(value("guildhall.role.groups", "state", "serving")).isEqualTo(2);
    metrics.show(deployment("a"), Outcome.stalled("CanaryFailed", ""), List.of(role(null)));
    assertThat(value("guildhall.deployment.ready", "deployment", "a")).isZero();
    assertThat(value("guildhall.canary.weight.percent")).as("no version is tried").isNull();
  }

  @Test
  void aDeploymentThatIsGoneIsForgottenAndNoOther() {
    metrics.show(deployment("a"), Outcome.ready("Serving", ""), List.of(role(null)));
    metrics.show(deployment("b"), Outcome.ready("Serving", ""), List.of(role(null)));
    metrics.forget(deployment("a"));
    assertThat(value("guildhall.role.groups", "deployment", "a")).isNull();
    assertThat(value("guildhall.deployment.ready", "deployment", "a")).isNull();
    assertThat(value("guildhall.role.groups", "deployment", "b", "state", "wanted")).isEqualTo(3);
    metrics.show(deployment("b"), Outcome.ready("Serving", ""), List.of());
    assertThat(value("guildhall.role.groups", "deployment", "b")).as("its role is gone").isNull();
  }
}
