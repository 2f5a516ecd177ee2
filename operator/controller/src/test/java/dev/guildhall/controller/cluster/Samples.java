package dev.guildhall.controller.cluster;

/** Resources that tests apply. */
final class Samples {

  static final String POOL =
      """
      apiVersion: guildhall.dev/v1alpha1
      kind: GpuNodePool
      metadata: {name: local}
      spec:
        nodeSelector: {guildhall.dev/pool: local}
        accelerator: {profile: cpu-simulated}
        pricePerGpuHour: "2.00"
        currency: USD
      """;

  private Samples() {}
}
