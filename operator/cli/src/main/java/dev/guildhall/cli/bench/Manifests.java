package dev.guildhall.cli.bench;

/** What the bench applies. */
final class Manifests {

  static final String NAMESPACE = "bench";
  static final String PLAIN = "bench-plain";

  /** Namespaces and the operator's rights, given to a user of its name. */
  static final String SYSTEM =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: guildhall-system}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: bench}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: bench-plain}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: guildhall-operator}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: guildhall-operator}
      subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: guildhall-operator}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: guildhall-operator, namespace: guildhall-system}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: guildhall-operator}
      subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: guildhall-operator}]
      """;

  /** The pool of fake nodes, a tenant without a key, and its prices. */
  static final String POOL =
      """
      apiVersion: guildhall.dev/v1alpha1
      kind: GpuNodePool
      metadata: {name: fake}
      spec:
        nodeSelector: {guildhall.dev/pool: fake}
        accelerator: {profile: cpu-simulated}
        pricePerGpuHour: "2.00"
        currency: USD
      ---
      apiVersion: guildhall.dev/v1alpha1
      kind: RateCard
      metadata: {name: bench}
      spec:
        currency: USD
        prices: [{model: bench, inputPerMillion: "0.27", cachedInputPerMillion: "0.07", outputPerMillion: "1.10"}]
      ---
      apiVersion: guildhall.dev/v1alpha1
      kind: Tenant
      metadata: {name: bench}
      spec:
        displayName: Bench
        namespaces: [bench]
        models: [bench]
        rateCard: bench
        limits: {tokensPerMinute: 200000, requestsInFlight: 32}
      """;

  private Manifests() {}

  /** A deployment of one role; each has a model name of its own, as the operator demands. */
  static String deployment(String name, int groups, int ranks) {
    return """
        ---
        apiVersion: guildhall.dev/v1alpha1
        kind: ModelDeployment
        metadata: {name: %1$s, namespace: bench}
        spec:
          model: {name: %1$s, source: {image: "guildhall.dev/models/small-v3:1"}}
          backend: cpu
          pool: fake
          tenant: bench
          roles: [{name: unified, kind: Unified, ranksPerGroup: %2$d, groups: %3$d, redundantExperts: 0}]
          serving: {maxContextTokens: 2048, cacheTokensPerRank: 4096, maxBatchTokens: 512, drainSeconds: 5}
        """
        .formatted(name, ranks, groups);
  }
}
