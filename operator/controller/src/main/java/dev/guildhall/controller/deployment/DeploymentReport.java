package dev.guildhall.controller.deployment;

import dev.guildhall.controller.inspection.Inspection;
import dev.guildhall.controller.metrics.DeploymentMetrics;
import dev.guildhall.controller.status.Outcome;
import dev.guildhall.controller.status.Reports;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.ModelDeploymentStatus;
import dev.guildhall.crds.ModelFacts;
import dev.guildhall.crds.RolePlan;
import dev.guildhall.crds.ServingRole;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Says in a deployment's status what a pass found. */
@ApplicationScoped
class DeploymentReport {

  private final Reports reports;
  private final DeploymentMetrics metrics;

  DeploymentReport(Reports reports, DeploymentMetrics metrics) {
    this.reports = reports;
    this.metrics = metrics;
  }

  /** Forgets a deployment that is gone. */
  void gone(ModelDeployment deployment) {
    metrics.forget(deployment);
  }

  UpdateControl<ModelDeployment> write(ModelDeployment deployment, Facts facts, Outcome outcome) {
    metrics.show(deployment, outcome, facts.roles());
    return reports.report(
        deployment,
        outcome,
        ModelDeployment::new,
        conditions ->
            new ModelDeploymentStatus(
                deployment.getMetadata().getGeneration(),
                facts.inspection() == null ? null : model(facts.inspection()),
                facts.plan().isEmpty()
                    ? null
                    : facts.plan().stream().map(DeploymentReport::plan).toList(),
                gpus(facts.roles()),
                readyGroups(facts.roles()),
                facts.scaling(),
                facts.canaries(),
                conditions));
  }

  private static ModelFacts model(Inspection inspection) {
    var shape = inspection.shape();
    return new ModelFacts(
        inspection.digest(),
        inspection.architecture(),
        shape.parameters(),
        shape.routedExperts(),
        "%d/%d".formatted(shape.moeLayers(), shape.layers()));
  }

  private static RolePlan plan(PlannedRole planned) {
    var plan = planned.plan();
    return new RolePlan(
        planned.role().name(),
        plan.layout().ranks(),
        plan.nodes(),
        plan.slotsPerRank(),
        plan.weights().total(),
        plan.redundancyBytes(),
        plan.cacheBytes(),
        plan.workspaceBytes(),
        plan.memoryBytes(),
        plan.headroomBytes(),
        planned.pricePerGroupHour());
  }

  private static Integer gpus(List<ServingRole> roles) {
    return roles.stream()
        .mapToInt(role -> role.getSpec().groups() * role.getSpec().template().ranks())
        .sum();
  }

  private static String readyGroups(List<ServingRole> roles) {
    int wanted = roles.stream().mapToInt(role -> role.getSpec().groups()).sum();
    int ready =
        roles.stream()
            .map(ServingRole::getStatus)
            .filter(status -> status != null && status.readyGroups() != null)
            .mapToInt(status -> status.readyGroups())
            .sum();
    return ready + "/" + wanted;
  }
}
