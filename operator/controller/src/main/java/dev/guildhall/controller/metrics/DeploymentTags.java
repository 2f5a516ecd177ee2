package dev.guildhall.controller.metrics;

import dev.guildhall.crds.ModelDeployment;
import io.micrometer.core.instrument.Tags;

/** Which deployment a row of a gauge is about. */
final class DeploymentTags {

  private DeploymentTags() {}

  static Tags of(ModelDeployment deployment) {
    var meta = deployment.getMetadata();
    return Tags.of("namespace", meta.getNamespace(), "deployment", meta.getName());
  }

  static boolean isOf(ModelDeployment deployment, Tags tags) {
    return of(deployment).stream().allMatch(own -> tags.stream().anyMatch(own::equals));
  }
}
