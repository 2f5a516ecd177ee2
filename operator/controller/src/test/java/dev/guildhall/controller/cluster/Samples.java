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

  static final String REPORT =
      """
      apiVersion: guildhall.dev/v1alpha1
      kind: CostReport
      metadata: {name: elsewhere, namespace: quickstart}
      spec:
        period: {from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z"}
        groupBy: [Tenant, Model]
        pool: local
      """;

  private Samples() {}
}
