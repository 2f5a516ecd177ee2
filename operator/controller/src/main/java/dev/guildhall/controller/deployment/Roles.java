package dev.guildhall.controller.deployment;

import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.kube.Labels;
import dev.guildhall.controller.kube.Owners;
import dev.guildhall.controller.rollout.Canaries;
import dev.guildhall.controller.status.Conditions;
import dev.guildhall.crds.Canary;
import dev.guildhall.crds.GroupTemplate;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.ModelDeploymentSpec.Backend;
import dev.guildhall.crds.Role;
import dev.guildhall.crds.ServingRole;
import dev.guildhall.crds.ServingRoleSpec;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The ServingRoles of a deployment. */
@ApplicationScoped
class Roles {

  /** Main memory of a rank whose weights lie on a GPU: what loading and staging take. */
  private static final long STAGING_REQUEST = 8L << 30;

  private static final long STAGING_LIMIT = 32L << 30;

  /** What feeds a GPU, where its node has as much for each. */
  private static final int FEEDING_CPU_MILLIS = 4000;

  private final Canaries canaries;

  Roles(Canaries canaries) {
    this.canaries = canaries;
  }

  static String name(ModelDeployment deployment, Role role) {
    return deployment.getMetadata().getName() + "-" + role.name();
  }

  /** Whether all groups that a role wants serve, in the version that it asks for. */
  static boolean isReady(ServingRole role) {
    return role.getStatus() != null
        && Conditions.isReady(role.getStatus().conditions(), role.getMetadata().getGeneration());
  }

  /**
   * Makes a ServingRole for each planned role; the number of groups is given once and then left to
   * whoever scales.
   */
  List<ServingRole> apply(
      ModelDeployment deployment,
      ResolvedPool pool,
      Facts facts,
      Map<String, Placements.Placed> placed,
      Applier applier) {
    return facts.plan().stream()
        .map(
            planned ->
                apply(
                    deployment,
                    facts,
                    planned.role(),
                    template(deployment, pool, planned, placed.get(planned.role().name()).room()),
                    applier))
        .toList();
  }

  private ServingRole apply(
      ModelDeployment deployment, Facts facts, Role role, GroupTemplate template, Applier applier) {
    var first = servingRole(deployment, role, role.groups(), template, null);
    if (!applier.createIfAbsentAndLeave(first, "groups")) {
      var next = canaries.next(deployment, role, applier.find(first), template);
      facts.tried(next.report());
      applier.apply(servingRole(deployment, role, null, next.template(), next.canary()));
    }
    return applier.find(first);
  }

  private static ServingRole servingRole(
      ModelDeployment deployment,
      Role role,
      Integer groups,
      GroupTemplate template,
      Canary canary) {
    var labels = Labels.ofRole(deployment.getMetadata().getName(), role.name(), "role");
    var servingRole = new ServingRole();
    servingRole.setMetadata(Owners.metadata(deployment, name(deployment, role), labels).build());
    servingRole.setSpec(
        new ServingRoleSpec(
            deployment.getMetadata().getName(),
            role.name(),
            groups,
            template,
            wakes(role),
            role.rollOut(),
            canary,
            kind(role)));
    return servingRole;
  }

  /** Null rather than false, so that roles that never sleep do not say so. */
  private static Boolean wakes(Role role) {
    return role.scaling() != null && role.scaling().minGroups() == 0 ? true : null;
  }

  /** Null where it goes without saying. */
  private static Role.Kind kind(Role role) {
    return role.kind() == Role.Kind.Unified ? null : role.kind();
  }

  private static GroupTemplate template(
      ModelDeployment deployment, ResolvedPool pool, PlannedRole planned, int slots) {
    var spec = deployment.getSpec();
    var plan = planned.plan();
    boolean cpu = spec.backend() == Backend.cpu;
    return new GroupTemplate(
        spec.model(),
        spec.backend(),
        planned.role().ranksPerGroup(),
        pool.selector(),
        plan.nodes() == 1,
        cpu ? plan.usedBytes() : STAGING_REQUEST,
        cpu ? plan.memoryBytes() : STAGING_LIMIT,
        cpu ? null : Math.clamp(pool.cpuMillisPerGpu() / 2, 1, FEEDING_CPU_MILLIS),
        slots,
        spec.serving(),
        spec.engineImage());
  }

  /** Removes what belongs to roles that the deployment no longer has. */
  static void removeOthers(
      ModelDeployment deployment, Context<ModelDeployment> context, Applier applier) {
    var wanted = deployment.getSpec().roles().stream().map(Role::name).collect(Collectors.toSet());
    for (var role : existing(deployment, context)) {
      if (!wanted.contains(role.getSpec().role())) {
        removePlacement(role, applier);
        applier.delete(role);
      }
    }
  }

  private static void removePlacement(ServingRole role, Applier applier) {
    var placement = new dev.guildhall.crds.ExpertPlacement();
    placement.setMetadata(role.getMetadata());
    applier.delete(placement);
    applier.delete(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(role.getMetadata().getNamespace())
            .withName(role.getMetadata().getName() + "-placement")
            .endMetadata()
            .build());
  }

  /** The ServingRoles that the deployment has, as far as the watch knows. */
  static List<ServingRole> existing(ModelDeployment deployment, Context<ModelDeployment> context) {
    return context
        .getSecondaryResourcesAsStream(ServingRole.class)
        .filter(role -> Owners.owns(deployment, role))
        .toList();
  }
}
