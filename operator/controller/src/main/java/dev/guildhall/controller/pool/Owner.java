package dev.guildhall.controller.pool;

import dev.guildhall.crds.ModelDeployment;

/** Who pays for a deployment's GPUs, and what they serve. */
record Owner(String tenant, String model) {

  static Owner of(ModelDeployment deployment) {
    return new Owner(deployment.getSpec().tenant(), deployment.getSpec().model().name());
  }
}
