package dev.guildhall.controller.deployment;

import dev.guildhall.controller.OperatorConfig;
import dev.guildhall.controller.inspection.Inspector;
import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.kube.Deletions;
import dev.guildhall.controller.kube.ForeignObjectException;
import dev.guildhall.controller.kube.Labels;
import dev.guildhall.controller.kube.PassPace;
import dev.guildhall.controller.rollout.Canaries;
import dev.guildhall.controller.scaling.ScaledRole;
import dev.guildhall.controller.status.Outcome;
import dev.guildhall.controller.status.StalledException;
import dev.guildhall.crds.ExpertPlacement;
import dev.guildhall.crds.GpuNodePool;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.ServingRole;
import dev.guildhall.crds.Tenant;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * From a ModelDeployment to its plan, its placements and its ServingRoles; the groups are theirs.
 */
@ControllerConfiguration(
    name = "modeldeployment",
    fieldManager = "guildhall-modeldeployment",
    rateLimiter = PassPace.class,
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 60_000)
public class ModelDeploymentReconciler implements Reconciler<ModelDeployment> {

  private final KubernetesClient client;
  private final OperatorConfig config;
  private final References references;
  private final Inspector inspector;
  private final Planning planning;
  private final Placements placements;
  private final Roles roles;
  private final RoleScaling scaling;
  private final Canaries canaries;
  private final DeploymentReport report;
  private Deletions<ModelDeployment> deletions;

  ModelDeploymentReconciler(
      KubernetesClient client,
      OperatorConfig config,
      References references,
      Inspector inspector,
      Planning planning,
      Placements placements,
      Roles roles,
      RoleScaling scaling,
      Canaries canaries,
      DeploymentReport report) {
    this.client = client;
    this.config = config;
    this.references = references;
    this.inspector = inspector;
    this.planning = planning;
    this.placements = placements;
    this.roles = roles;
    this.scaling = scaling;
    this.canaries = canaries;
    this.report = report;
  }

  @Override
  public List<EventSource<?, ModelDeployment>> prepareEventSources(
      EventSourceContext<ModelDeployment> context) {
    deletions =
        Deletions.of(
            client,
            ModelDeployment.class,
            gone -> {
              report.gone(gone);
              placements.forget(gone);
              scaling.forget(gone);
              canaries.forget(gone);
            });
    var jobs =
        InformerEventSourceConfiguration.from(Job.class, ModelDeployment.class)
            .withLabelSelector(Labels.MANAGED)
            .build();
    var owned =
        InformerEventSourceConfiguration.from(ServingRole.class, ModelDeployment.class).build();
    var placed =
        InformerEventSourceConfiguration.from(ExpertPlacement.class, ModelDeployment.class).build();
    return List.of(
        new InformerEventSource<>(jobs, context),
        new InformerEventSource<>(owned, context),
        new InformerEventSource<>(placed, context),
        referenced(GpuNodePool.class, context, deployment -> deployment.getSpec().pool()),
        referenced(Tenant.class, context, deployment -> deployment.getSpec().tenant()));
  }

  @Override
  public UpdateControl<ModelDeployment> reconcile(
      ModelDeployment deployment, Context<ModelDeployment> context) {
    deletions.leading();
    if (deployment.isMarkedForDeletion()) {
      return UpdateControl.noUpdate();
    }
    var applier = Applier.of(deployment, context);
    var facts = new Facts();
    try {
      var pool = references.resolve(deployment, context);
      var inspection = inspector.inspect(deployment, pool.selector(), applier);
      if (inspection.isEmpty()) {
        return report.write(
            deployment,
            facts,
            Outcome.reconciling(
                "InspectingModel", "a Job reads the model's config.json; no GPU is taken yet"));
      }
      facts.inspected(inspection.get());
      facts.planned(planning.plan(deployment, pool, inspection.get()));
      var placed = placements.apply(deployment, facts, applier);
      facts.roles(roles.apply(deployment, pool, facts, placed, applier));
      Roles.removeOthers(deployment, context, applier);
      facts.scaled(scaling.apply(deployment, pool, facts, placed, applier));
      return report
          .write(deployment, facts, DeploymentOutcome.of(facts.roles()))
          .rescheduleAfter(untilNews(deployment, facts));
    } catch (StalledException e) {
      facts.roles(Roles.existing(deployment, context));
      return report.write(deployment, facts, e.outcome());
    } catch (ForeignObjectException e) {
      return report.write(deployment, facts, Outcome.stalled("NameTaken", e.getMessage()));
    }
  }

  /** Ranks and gateway are looked at once per window, and nothing else tells of what they say. */
  private Duration untilNews(ModelDeployment deployment, Facts facts) {
    boolean watched =
        facts.canaries() != null
            || facts.roles().stream().anyMatch(role -> role.getSpec().canary() != null)
            || deployment.getSpec().roles().stream().anyMatch(ScaledRole::isOurs);
    return watched && config.scalingWindow().compareTo(config.rebalanceWindow()) < 0
        ? config.scalingWindow()
        : config.rebalanceWindow();
  }

  private static <R extends HasMetadata> InformerEventSource<R, ModelDeployment> referenced(
      Class<R> type,
      EventSourceContext<ModelDeployment> context,
      Function<ModelDeployment, String> name) {
    var deployments = context.getPrimaryCache();
    var configuration =
        InformerEventSourceConfiguration.from(type, ModelDeployment.class)
            .withSecondaryToPrimaryMapper(
                resource ->
                    deployments
                        .list(
                            deployment ->
                                name.apply(deployment).equals(resource.getMetadata().getName()))
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet()))
            .withPrimaryToSecondaryMapper(
                (ModelDeployment deployment) ->
                    java.util.Set.of(new ResourceID(name.apply(deployment))))
            .build();
    return new InformerEventSource<>(configuration, context);
  }
}
