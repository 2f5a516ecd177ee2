package dev.guildhall.controller.deployment;

import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.kube.Labels;
import dev.guildhall.controller.kube.Owners;
import dev.guildhall.controller.status.Outcome;
import dev.guildhall.controller.status.Reports;
import dev.guildhall.controller.status.StalledException;
import dev.guildhall.crds.ExpertPlacement;
import dev.guildhall.crds.ExpertPlacementSpec;
import dev.guildhall.crds.ExpertPlacementStatus;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.planner.plan.InitialPlacement;
import dev.guildhall.planner.plan.ModelShape;
import dev.guildhall.planner.plan.PlacementCheck;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Gives each role an ExpertPlacement, and its ranks the file that says the same. */
@ApplicationScoped
class Placements {

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("guildhall-modeldeployment")
          .withForce(true)
          .build();

  private final KubernetesClient client;
  private final Reports reports;

  Placements(KubernetesClient client, Reports reports) {
    this.client = client;
    this.reports = reports;
  }

  /**
   * Expert slots in each layer of a role's groups, by the role's name. Running ranks take up
   * another map with as many.
   *
   * @throws StalledException if somebody gave a role a placement that its ranks cannot load
   */
  Map<String, Integer> apply(ModelDeployment deployment, Facts facts, Applier applier) {
    var slots = new LinkedHashMap<String, Integer>();
    for (var planned : facts.plan()) {
      var placement = current(deployment, planned, facts.inspection().shape(), applier);
      applier.apply(file(deployment, planned, placement));
      report(
          placement,
          Outcome.ready("PlacementGiven", "ranks are given epoch " + placement.getSpec().epoch()),
          placement.getSpec().epoch());
      slots.put(planned.role().name(), placement.getSpec().layers().getFirst().size());
    }
    return slots;
  }

  private ExpertPlacement current(
      ModelDeployment deployment, PlannedRole planned, ModelShape shape, Applier applier) {
    int redundant = planned.role().redundantExperts();
    var wanted =
        placement(
            deployment, planned, new ExpertPlacementSpec(1, InitialPlacement.of(shape, redundant)));
    var found = applier.find(wanted);
    if (found == null) {
      applier.createIfAbsent(wanted);
      return wanted;
    }
    if (!sameForm(found.getSpec(), wanted.getSpec())) {
      var next =
          placement(
              deployment,
              planned,
              new ExpertPlacementSpec(found.getSpec().epoch() + 1, wanted.getSpec().layers()));
      applier.apply(next);
      return next;
    }
    var problem =
        PlacementCheck.problem(
            found.getSpec().layers(), shape, redundant, planned.role().ranksPerGroup());
    if (problem.isPresent()) {
      throw refused(found, problem.get());
    }
    return found;
  }

  private StalledException refused(ExpertPlacement placement, String problem) {
    report(placement, Outcome.stalled("PlacementInvalid", problem), null);
    return new StalledException(
        "PlacementInvalid",
        "ExpertPlacement %s: %s; correct it, or delete it to get the initial one"
            .formatted(placement.getMetadata().getName(), problem));
  }

  /**
   * A plan with other layers or slots needs another map; one of the same form may be somebody's
   * choice.
   */
  private static boolean sameForm(ExpertPlacementSpec found, ExpertPlacementSpec wanted) {
    return found.layers().size() == wanted.layers().size()
        && found.layers().stream()
            .allMatch(layer -> layer.size() == wanted.layers().getFirst().size());
  }

  private static ExpertPlacement placement(
      ModelDeployment deployment, PlannedRole planned, ExpertPlacementSpec spec) {
    var name = Roles.name(deployment, planned.role());
    var labels =
        Labels.ofRole(deployment.getMetadata().getName(), planned.role().name(), "placement");
    var placement = new ExpertPlacement();
    placement.setMetadata(Owners.metadata(deployment, name, labels).build());
    placement.setSpec(spec);
    return placement;
  }

  private ConfigMap file(
      ModelDeployment deployment, PlannedRole planned, ExpertPlacement placement) {
    var labels =
        Labels.ofRole(deployment.getMetadata().getName(), planned.role().name(), "placement");
    return new ConfigMapBuilder()
        .withMetadata(
            Owners.metadata(
                    deployment, Roles.name(deployment, planned.role()) + "-placement", labels)
                .build())
        .withData(
            Map.of(
                "placement.json", client.getKubernetesSerialization().asJson(placement.getSpec())))
        .build();
  }

  private void report(ExpertPlacement placement, Outcome outcome, Integer epoch) {
    if (placement.getMetadata().getGeneration() == null) {
      return; // made in this pass: the next one, caused by its arrival, reports
    }
    Optional<ExpertPlacement> patch =
        reports.patch(
            placement,
            outcome,
            ExpertPlacement::new,
            conditions ->
                new ExpertPlacementStatus(
                    placement.getMetadata().getGeneration(), epoch, conditions));
    patch.ifPresent(status -> client.resource(status).subresource("status").patch(APPLY));
  }
}
