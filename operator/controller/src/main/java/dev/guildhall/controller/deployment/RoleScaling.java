package dev.guildhall.controller.deployment;

import dev.guildhall.controller.deployment.Placements.Placed;
import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.pool.FreeGpus;
import dev.guildhall.controller.pool.GpuNodes;
import dev.guildhall.controller.scaling.Autoscaler;
import dev.guildhall.controller.scaling.ScaledRole;
import dev.guildhall.crds.AcceleratorProfile;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.Role;
import dev.guildhall.crds.ScalingReport;
import dev.guildhall.crds.ServingRole;
import dev.guildhall.planner.scaling.PoolState;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Tells the autoscaler what a deployment's roles and pool are. */
@ApplicationScoped
class RoleScaling {
  /** Of a GPU's dense BF16 peak, what prefill reaches; it only counts until groups are measured. */
  private static final double REACHED = 0.3;

  private static final double HOPPER_FLOPS = 989e12;
  private static final double CPU_FLOPS = 2e9;

  private final KubernetesClient client;
  private final Autoscaler autoscaler;
  private final Placements placements;

  RoleScaling(KubernetesClient client, Autoscaler autoscaler, Placements placements) {
    this.client = client;
    this.autoscaler = autoscaler;
    this.placements = placements;
  }

  /** Changes numbers of groups where that is the operator's and due; what to report, or null. */
  ScalingReport apply(
      ModelDeployment deployment,
      ResolvedPool pool,
      Facts facts,
      Map<String, Placed> placed,
      Applier applier) {
    var roles = facts.plan().stream().map(p -> role(p, pool, facts, placed)).toList();
    if (roles.stream().noneMatch(role -> ScaledRole.isOurs(role.role()))) {
      autoscaler.forget(deployment);
      return null;
    }
    return autoscaler.apply(
        deployment,
        roles,
        pool(deployment, pool, facts),
        (role, copies) -> placements.raise(deployment, facts, role, copies, applier),
        applier);
  }

  void forget(ModelDeployment gone) {
    autoscaler.forget(gone);
  }

  private static ScaledRole role(
      PlannedRole planned, ResolvedPool pool, Facts facts, Map<String, Placed> placed) {
    var role = planned.role();
    var given = placed.get(role.name());
    return new ScaledRole(
        role,
        groups(facts.roles(), role.name()),
        planned.plan().layout().cacheTokens(),
        role.ranksPerGroup()
            * flops(pool.pool().getSpec().accelerator().profile())
            / (2.0 * facts.inspection().shape().activatedParameters()),
        given.balancedness(),
        given.redundantExperts(),
        // Where the placement is somebody's, so are its copies.
        role.rebalance() == Role.Rebalance.Off
            ? given.redundantExperts()
            : planned.mostRedundantExperts());
  }

  private static int groups(List<ServingRole> roles, String name) {
    return roles.stream()
        .filter(role -> role.getSpec().role().equals(name))
        .mapToInt(role -> role.getSpec().groups())
        .findFirst()
        .orElse(0);
  }

  private static double flops(AcceleratorProfile profile) {
    return switch (profile) {
      case H800, H100, H200 -> HOPPER_FLOPS * REACHED;
      case CPU_SIMULATED -> CPU_FLOPS;
    };
  }

  private PoolState pool(ModelDeployment deployment, ResolvedPool pool, Facts facts) {
    var spec = pool.pool().getSpec();
    var largest =
        facts.plan().stream()
            .max(java.util.Comparator.comparing(planned -> planned.role().ranksPerGroup()))
            .orElseThrow();
    int free =
        FreeGpus.of(client, pool.selector())
            .forGroups(largest.role().ranksPerGroup(), largest.plan().nodes() == 1);
    var budget = deployment.getSpec().maxCostPerHour();
    return new PoolState(
        free,
        pool.nodes().stream().mapToInt(GpuNodes::gpus).sum(),
        new BigDecimal(spec.pricePerGpuHour()),
        budget == null ? null : new BigDecimal(budget),
        spec.currency());
  }
}
