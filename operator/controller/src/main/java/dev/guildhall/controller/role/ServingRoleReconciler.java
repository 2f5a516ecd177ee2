package dev.guildhall.controller.role;

import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.kube.Deletions;
import dev.guildhall.controller.kube.ForeignObjectException;
import dev.guildhall.controller.kube.Labels;
import dev.guildhall.controller.kube.PassPace;
import dev.guildhall.controller.kube.PodWatch;
import dev.guildhall.controller.routes.RoutesPublisher;
import dev.guildhall.controller.status.Outcome;
import dev.guildhall.controller.status.Reports;
import dev.guildhall.crds.GuildhallApi;
import dev.guildhall.crds.ServingRole;
import dev.guildhall.crds.ServingRoleStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Makes as many groups as a role wants, and keeps each of them whole. */
@ControllerConfiguration(
    name = "servingrole",
    fieldManager = "guildhall-servingrole",
    rateLimiter = PassPace.class,
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 60_000)
public class ServingRoleReconciler implements Reconciler<ServingRole> {

  private final KubernetesClient client;
  private final Groups groups;
  private final DegradedGroups degradedGroups;
  private final PodWatch pods;
  private final RoutesPublisher routes;
  private final Reports reports;
  private Deletions<ServingRole> deletions;

  ServingRoleReconciler(
      KubernetesClient client,
      Groups groups,
      DegradedGroups degradedGroups,
      PodWatch pods,
      RoutesPublisher routes,
      Reports reports) {
    this.client = client;
    this.groups = groups;
    this.degradedGroups = degradedGroups;
    this.pods = pods;
    this.routes = routes;
    this.reports = reports;
  }

  @Override
  public List<EventSource<?, ServingRole>> prepareEventSources(
      EventSourceContext<ServingRole> context) {
    deletions = Deletions.of(client, ServingRole.class, _ -> routes.publish());
    var sets =
        InformerEventSourceConfiguration.from(StatefulSet.class, ServingRole.class)
            .withLabelSelector(Labels.MANAGED)
            .build();
    return List.of(
        new InformerEventSource<>(sets, context),
        pods.source(ServingRoleReconciler::roleOf, (_, _) -> true));
  }

  @Override
  public UpdateControl<ServingRole> reconcile(ServingRole role, Context<ServingRole> context) {
    deletions.leading();
    if (role.isMarkedForDeletion()) {
      routes.publishSoon();
      return UpdateControl.noUpdate();
    }
    var applier = Applier.of(role, context);
    routes.publishSoon();
    var cache = RoleCache.of(role, context, pods);
    try {
      var wanted = groups.wanted(role, cache);
      groups.apply(role, wanted, cache, applier);
      groups.removeSurplus(role, wanted, cache, applier);
      // Anew: applying takes a while too, and pods are deleted by what is seen here.
      var observed = groups.observe(role, RoleCache.of(role, context, pods));
      groups.rollOut(role, observed);
      var degraded = degradedGroups.among(observed);
      groups.rescue(role, observed, degraded.keySet());
      var reported = report(role, observed, RoleOutcome.of(role, observed), degraded.values());
      // Nothing tells when a group has been ready, or a rank without a node, for long enough, nor
      // when others go on without one.
      return wanted.size() > role.getSpec().groups()
              || observed.stream().anyMatch(group -> Stranded.isLikely(group) || group.isTorn())
          ? reported.rescheduleAfter(GroupReadiness.SETTLES)
          : reported;
    } catch (ForeignObjectException e) {
      return report(
          role,
          groups.observe(role, cache),
          Outcome.stalled("NameTaken", e.getMessage()),
          List.of());
    }
  }

  private UpdateControl<ServingRole> report(
      ServingRole role, List<GroupState> observed, Outcome outcome, Collection<String> degraded) {
    var abnormal =
        degraded.isEmpty()
            ? List.<Condition>of()
            : List.of(
                reports.abnormal(
                    role,
                    "Degraded",
                    Outcome.reconciling("RanksMissing", String.join("; ", degraded))));
    int ready = (int) observed.stream().filter(GroupState::serves).count();
    return reports.report(
        role,
        outcome,
        ServingRole::new,
        conditions ->
            new ServingRoleStatus(
                role.getMetadata().getGeneration(),
                observed.size(),
                ready,
                RoleSelector.text(role),
                Stream.concat(conditions.stream(), abnormal.stream()).toList()));
  }

  private static Set<ResourceID> roleOf(Pod pod) {
    var labels = Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
    if (!labels.containsKey(GuildhallApi.GROUP_LABEL)) {
      return Set.of();
    }
    var name =
        "%s-%s"
            .formatted(
                labels.get(GuildhallApi.DEPLOYMENT_LABEL), labels.get(GuildhallApi.ROLE_LABEL));
    return Set.of(new ResourceID(name, pod.getMetadata().getNamespace()));
  }
}
