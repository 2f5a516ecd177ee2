package dev.guildhall.controller.deployment;

import dev.guildhall.controller.OperatorConfig;
import dev.guildhall.controller.status.StalledException;
import dev.guildhall.crds.AcceleratorProfile;
import dev.guildhall.crds.GpuNodePool;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.ModelDeploymentSpec.Backend;
import dev.guildhall.crds.Tenant;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.stream.Collectors;

/** Checks what a deployment refers to. */
@ApplicationScoped
class References {

  private final KubernetesClient client;
  private final OperatorConfig config;

  References(KubernetesClient client, OperatorConfig config) {
    this.client = client;
    this.config = config;
  }

  /**
   * The pool, if everything that the deployment names is there and allowed.
   *
   * @throws StalledException naming the field
   */
  ResolvedPool resolve(ModelDeployment deployment, Context<ModelDeployment> context) {
    var pool =
        context.getSecondaryResource(GpuNodePool.class).orElseThrow(() -> unknownPool(deployment));
    var tenant =
        context.getSecondaryResource(Tenant.class).orElseThrow(() -> unknownTenant(deployment));
    checkTenant(deployment, tenant);
    checkBackend(deployment, pool);
    EngineImages.check(deployment.getSpec().engineImage(), config.engineImage());
    checkModelName(deployment, context);
    return new ResolvedPool(
        pool, client.nodes().withLabels(pool.getSpec().nodeSelector()).list().getItems());
  }

  private StalledException unknownPool(ModelDeployment deployment) {
    var known =
        client.resources(GpuNodePool.class).list().getItems().stream()
            .map(p -> p.getMetadata().getName())
            .collect(Collectors.joining(", "));
    return new StalledException(
        "PoolNotFound",
        "spec.pool: there is no GpuNodePool %s; create it or name one of: %s"
            .formatted(deployment.getSpec().pool(), known.isEmpty() ? "(there is none)" : known));
  }

  private static StalledException unknownTenant(ModelDeployment deployment) {
    return new StalledException(
        "TenantNotFound",
        "spec.tenant: there is no Tenant %s; create it or name another"
            .formatted(deployment.getSpec().tenant()));
  }

  private static void checkTenant(ModelDeployment deployment, Tenant tenant) {
    var namespace = deployment.getMetadata().getNamespace();
    if (!tenant.getSpec().namespaces().contains(namespace)) {
      throw new StalledException(
          "TenantNotAllowed",
          "spec.tenant: namespace %s is not among the namespaces of Tenant %s; add it there or name another tenant"
              .formatted(namespace, tenant.getMetadata().getName()));
    }
  }

  private static void checkBackend(ModelDeployment deployment, GpuNodePool pool) {
    if (deployment.getSpec().backend() == Backend.cuda
        && pool.getSpec().accelerator().profile() == AcceleratorProfile.CPU_SIMULATED) {
      throw new StalledException(
          "BackendNotOnPool",
          "spec.backend: cuda needs real GPUs, but pool %s is cpu-simulated; set backend to cpu or name another pool"
              .formatted(pool.getMetadata().getName()));
    }
  }

  /**
   * The name that API consumers use is one across the cluster; the deployment that was there first
   * keeps it.
   */
  private static void checkModelName(ModelDeployment deployment, Context<ModelDeployment> context) {
    context
        .getPrimaryCache()
        .list(other -> other.getSpec().model().name().equals(deployment.getSpec().model().name()))
        .min(Seniority.ORDER)
        .filter(first -> !first.getMetadata().getUid().equals(deployment.getMetadata().getUid()))
        .filter(first -> Seniority.ORDER.compare(first, deployment) < 0)
        .ifPresent(
            first -> {
              throw new StalledException(
                  "ModelNameTaken",
                  "spec.model.name: %s is served by ModelDeployment %s/%s; choose another name"
                      .formatted(
                          first.getSpec().model().name(),
                          first.getMetadata().getNamespace(),
                          first.getMetadata().getName()));
            });
  }

  /** Who was there first. */
  static final class Seniority {

    static final Comparator<ModelDeployment> ORDER =
        Comparator.<ModelDeployment, String>comparing(d -> d.getMetadata().getCreationTimestamp())
            .thenComparing(d -> d.getMetadata().getNamespace())
            .thenComparing(d -> d.getMetadata().getName());

    private Seniority() {}
  }
}
