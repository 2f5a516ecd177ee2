package dev.guildhall.controller.deployment;

import dev.guildhall.controller.balance.Rebalancer;
import dev.guildhall.controller.balance.Rebalancer.Situation;
import dev.guildhall.controller.inspection.Inspection;
import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.kube.Labels;
import dev.guildhall.controller.kube.Owners;
import dev.guildhall.controller.status.Events;
import dev.guildhall.controller.status.Outcome;
import dev.guildhall.controller.status.Reports;
import dev.guildhall.controller.status.StalledException;
import dev.guildhall.crds.ExpertPlacement;
import dev.guildhall.crds.ExpertPlacementSpec;
import dev.guildhall.crds.ExpertPlacementStatus;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.Role;
import dev.guildhall.planner.plan.InitialPlacement;
import dev.guildhall.planner.plan.ModelShape;
import dev.guildhall.planner.plan.PlacementCheck;
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
  private final Events events;
  private final Rebalancer rebalancer;

  Placements(KubernetesClient client, Reports reports, Events events, Rebalancer rebalancer) {
    this.client = client;
    this.reports = reports;
    this.events = events;
    this.rebalancer = rebalancer;
  }

  /** Forgets a deployment that is gone. */
  void forget(ModelDeployment gone) {
    rebalancer.forget(gone.getMetadata().getNamespace(), gone.getMetadata().getName());
  }

  /**
   * What is given to a role.
   *
   * @param room expert slots in each layer that its groups have room for; running ranks take up
   *     another map with no more
   * @param redundantExperts in each layer of the map in force
   * @param balancedness of its ranks over the last window, 1 where nothing is known
   */
  record Placed(int room, int redundantExperts, double balancedness) {}

  /**
   * Gives each role its placement; by the role's name.
   *
   * @throws StalledException if somebody gave a role a placement that its ranks cannot load
   */
  Map<String, Placed> apply(ModelDeployment deployment, Facts facts, Applier applier) {
    var placed = new LinkedHashMap<String, Placed>();
    var shape = facts.inspection().shape();
    for (var planned : facts.plan()) {
      var placement = current(deployment, planned, shape, applier);
      var situation = situation(deployment, planned, facts.inspection(), placement.getSpec());
      if (planned.role().rebalance() != Role.Rebalance.Off) {
        placement = rebalanced(placement, situation, applier);
      }
      new PlacementFile(client, deployment, planned.role()).give(placement.getSpec(), applier);
      report(
          placement,
          Outcome.ready("PlacementGiven", "ranks are given epoch " + placement.getSpec().epoch()),
          placement.getSpec().epoch(),
          rebalancer.appliedEpoch(situation).orElse(null));
      placed.put(
          planned.role().name(),
          new Placed(
              shape.routedExperts() + planned.mostRedundantExperts(),
              placement.getSpec().layers().getFirst().size() - shape.routedExperts(),
              rebalancer.balancedness(situation)));
    }
    return placed;
  }

  /**
   * Gives a role room for more copies, and has busy experts fill it; returns whether it does: not
   * while ranks go over to another map, nor while groups of an earlier version, which may have kept
   * memory for fewer, are replaced.
   */
  boolean raise(
      ModelDeployment deployment, Facts facts, String role, int redundantExperts, Applier applier) {
    if (!facts.isReady(role)) {
      return false;
    }
    var planned =
        facts.plan().stream().filter(p -> p.role().name().equals(role)).findFirst().orElseThrow();
    var found = current(deployment, planned, facts.inspection().shape(), applier);
    var situation = situation(deployment, planned, facts.inspection(), found.getSpec());
    var wider = rebalancer.wider(situation, redundantExperts);
    wider.ifPresent(
        spec -> {
          applier.respec(found, spec);
          events.record(found, Outcome.ready("ExpertsCopied", spec.reason()));
        });
    return wider.isPresent();
  }

  private static Situation situation(
      ModelDeployment deployment,
      PlannedRole planned,
      Inspection inspection,
      ExpertPlacementSpec placement) {
    return new Situation(
        deployment.getMetadata().getNamespace(),
        deployment.getMetadata().getName(),
        planned.role().name(),
        planned.role().ranksPerGroup(),
        inspection.shape(),
        inspection.numerics(deployment.getSpec().backend()),
        placement,
        planned.role().rebalance() == Role.Rebalance.Weighted);
  }

  /** The placement that is better, where there is one; people are told why. */
  private ExpertPlacement rebalanced(ExpertPlacement found, Situation situation, Applier applier) {
    return rebalancer
        .better(situation)
        .map(
            spec -> {
              var written = applier.respec(found, spec);
              events.record(found, Outcome.ready("Rebalanced", spec.reason()));
              return written;
            })
        .orElse(found);
  }

  private ExpertPlacement current(
      ModelDeployment deployment, PlannedRole planned, ModelShape shape, Applier applier) {
    int redundant = planned.role().redundantExperts();
    var wanted =
        placement(
            deployment,
            planned,
            new ExpertPlacementSpec(1, InitialPlacement.of(shape, redundant), null, null));
    var found = applier.find(wanted);
    if (found == null) {
      // Ranks go forward only, so a placement that was deleted comes again with a higher epoch.
      int given = new PlacementFile(client, deployment, planned.role()).given(applier);
      var first =
          placement(
              deployment,
              planned,
              new ExpertPlacementSpec(given + 1, wanted.getSpec().layers(), null, null));
      applier.createIfAbsent(first);
      return first;
    }
    if (!hasRoom(found.getSpec(), wanted.getSpec(), planned.mostRedundantExperts() - redundant)) {
      if (planned.role().rollOut() == Role.RollOut.Canary) {
        throw new StalledException(
            "CanaryImpossible",
            "spec.roles[%s].rollOut: a canary needs as many layers and expert slots as the version in force; set Surge or Replace for this change"
                .formatted(planned.role().name()));
      }
      return applier.respec(
          found,
          new ExpertPlacementSpec(
              found.getSpec().epoch() + 1, wanted.getSpec().layers(), null, null));
    }
    var problem =
        PlacementCheck.problem(
                found.getSpec().layers(),
                shape,
                redundant,
                planned.mostRedundantExperts(),
                planned.role().ranksPerGroup())
            .or(() -> PlacementCheck.problem(found.getSpec().weights(), found.getSpec().layers()));
    if (problem.isPresent()) {
      throw refused(found, problem.get());
    }
    return found;
  }

  private StalledException refused(ExpertPlacement placement, String problem) {
    report(placement, Outcome.stalled("PlacementInvalid", problem), null, null);
    return new StalledException(
        "PlacementInvalid",
        "ExpertPlacement %s: %s; correct it, or delete it to get the initial one"
            .formatted(placement.getMetadata().getName(), problem));
  }

  /**
   * A plan with other layers, more slots or less room needs another map; one that fits may be
   * somebody's choice.
   */
  private static boolean hasRoom(ExpertPlacementSpec found, ExpertPlacementSpec wanted, int more) {
    int least = wanted.layers().getFirst().size();
    return found.layers().size() == wanted.layers().size()
        && found.layers().stream()
            .allMatch(layer -> layer.size() >= least && layer.size() <= least + more);
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

  private void report(ExpertPlacement placement, Outcome outcome, Integer epoch, Integer applied) {
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
                    placement.getMetadata().getGeneration(), epoch, applied, conditions));
    patch.ifPresent(status -> client.resource(status).subresource("status").patch(APPLY));
  }
}
