package dev.guildhall.controller.role;

import dev.guildhall.controller.OperatorConfig;
import dev.guildhall.controller.certificate.Certificates;
import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.kube.Together;
import dev.guildhall.controller.pool.FreeGpus;
import dev.guildhall.crds.GroupTemplate;
import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Makes, watches, replaces and removes the groups of a role. */
@ApplicationScoped
class Groups {

  /** Enough that the API server need not wait for this role, few enough that others get on. */
  private static final int GROUPS_AT_ONCE = 4;

  private final KubernetesClient client;
  private final OperatorConfig config;
  private final Certificates certificates;
  private final Gangs gangs;
  private final SettledGroups settled;
  private final Clock clock;

  Groups(
      KubernetesClient client,
      OperatorConfig config,
      Certificates certificates,
      Gangs gangs,
      SettledGroups settled,
      Clock clock) {
    this.client = client;
    this.config = config;
    this.certificates = certificates;
    this.gangs = gangs;
    this.settled = settled;
    this.clock = clock;
  }

  /**
   * The groups that there are to be now, with one more while a roll-out asks for it or another one
   * does not serve.
   */
  List<GroupId> wanted(ServingRole role, RoleCache cache) {
    var wanted = new ArrayList<>(GroupId.wanted(role));
    var states = states(role, cache);
    if (isSurgeDue(role, states) || Surge.standsIn(role, states)) {
      wanted.add(GroupId.extra(role));
    }
    return wanted;
  }

  private boolean isSurgeDue(ServingRole role, List<GroupState> states) {
    var template = role.getSpec().template();
    return Surge.isDue(
        role,
        states,
        PodVersion.asked(template, image(template)),
        clock.instant(),
        () -> hasRoom(role, GroupId.extra(role)));
  }

  /** Whether a group finds a place, or has it already: the watches may not know of it yet. */
  private boolean hasRoom(ServingRole role, GroupId group) {
    var template = role.getSpec().template();
    return FreeGpus.of(client, template.nodeSelector()).fits(template.ranks(), template.oneNode())
        || client.apps().statefulSets().inNamespace(group.namespace()).withName(group.name()).get()
            != null;
  }

  void apply(ServingRole role, List<GroupId> wanted, RoleCache cache, Applier applier) {
    var unsettled =
        wanted.stream().filter(group -> !settled.contains(role, group, cache.set(group))).toList();
    if (!unsettled.isEmpty()) {
      applier.apply(GroupObjects.disruptionBudget(role));
    }
    Together.run(
        GROUPS_AT_ONCE, unsettled.stream().map(group -> () -> apply(role, group, applier)));
  }

  private void apply(ServingRole role, GroupId group, Applier applier) {
    // What the ranks need before they start, in any order.
    Together.run(
        () -> applier.apply(GroupObjects.service(role, group)),
        () -> applier.apply(GroupObjects.networkPolicy(role, group, config.systemNamespace())),
        () -> applyTls(role, group, applier),
        () -> gangs.gang().prepare(role, group, applier));
    var wanted = RankSet.of(role, group, gangs.gang(), image(group.template(role)));
    var found = applier.find(wanted);
    boolean kept =
        found != null && PodVersion.of(wanted).isOnlyMadeOtherwiseThan(PodVersion.of(found));
    settled.add(role, group, kept ? found : applier.apply(found, wanted));
  }

  private String image(GroupTemplate template) {
    return Objects.requireNonNullElse(template.engineImage(), config.engineImage());
  }

  private void applyTls(ServingRole role, GroupId group, Applier applier) {
    var secret =
        new SecretBuilder()
            .withMetadata(GroupObjects.metadata(role, group))
            .withType("kubernetes.io/tls")
            .build();
    var service = "%s.%s.svc".formatted(group.name(), group.namespace());
    var found = applier.find(secret);
    var data = new TreeMap<String, String>();
    certificates
        .entries(found, group.name(), List.of("*." + service, service))
        .forEach((entry, text) -> data.put(entry, Certificates.encode(text)));
    secret.setData(data);
    applier.apply(found, secret);
  }

  /** Removes groups that are not wanted. */
  void removeSurplus(ServingRole role, List<GroupId> wanted, RoleCache cache, Applier applier) {
    for (var set : cache.sets()) {
      var group = id(role, set);
      if (!wanted.contains(group)) {
        applier.delete(set);
        applier.delete(GroupObjects.service(role, group));
        applier.delete(GroupObjects.networkPolicy(role, group, config.systemNamespace()));
        applier.delete(
            new SecretBuilder().withMetadata(GroupObjects.metadata(role, group)).build());
        gangs.gang().remove(role, group, applier);
      }
    }
  }

  /** The groups as they are; lets those be bound that wait for it. */
  List<GroupState> observe(ServingRole role, RoleCache cache) {
    var states = states(role, cache);
    for (var state : states) {
      if (state.set().getMetadata().getDeletionTimestamp() == null) {
        gangs.gang().admit(role, state.id(), state.pods());
      }
    }
    return states;
  }

  private List<GroupState> states(ServingRole role, RoleCache cache) {
    return cache.sets().stream()
        .map(
            set -> {
              var group = id(role, set);
              var pods = cache.podsOf(set);
              return new GroupState(group, set, pods, () -> trouble(group, pods));
            })
        .toList();
  }

  private String trouble(GroupId group, List<Pod> pods) {
    return Optional.of(pods)
        .filter(all -> all.stream().noneMatch(PodFacts::isBound))
        .flatMap(_ -> gangs.gang().waitingReason(group))
        .map(why -> group.name() + " waits for GPUs: " + why)
        .or(() -> pods.stream().flatMap(pod -> PodFacts.trouble(pod).stream()).findFirst())
        .orElse("");
  }

  /**
   * Lets the next outdated group go over as a whole. Whether there is to be one more is asked anew:
   * groups may have been seen to be outdated only after it was decided which ones there are to be.
   */
  void rollOut(ServingRole role, List<GroupState> observed) {
    RollOut.next(role, observed, isSurgeDue(role, observed), clock.instant())
        .ifPresent(group -> goOver(role, group));
  }

  private void goOver(ServingRole role, GroupState group) {
    if (ModelPath.suffices(role, group)) {
      group.outdated().forEach(pod -> patch(pod, ModelPath.patch(group, pod)));
    } else {
      deleteOutdated(group);
    }
  }

  /**
   * In one call, so that none comes back while others are still there; by the versions that are
   * outdated, so that nothing is deleted that has gone over already.
   */
  private void deleteOutdated(GroupState group) {
    var versions =
        group.outdated().stream()
            .map(pod -> pod.getMetadata().getLabels().get(GroupState.REVISION))
            .distinct()
            .toArray(String[]::new);
    pods(group).withLabelIn(GroupState.REVISION, versions).delete();
  }

  private FilterWatchListDeletable<Pod, PodList, PodResource> pods(GroupState group) {
    return client.pods().inNamespace(group.id().namespace()).withLabels(group.id().selector());
  }

  private void patch(Pod pod, Map<String, Object> change) {
    client.resource(pod).patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(change));
  }

  /**
   * Frees groups to go elsewhere as a whole whose node has no place for one of their ranks.
   *
   * @param degraded groups that compute without it: they stay while no other one serves
   */
  void rescue(ServingRole role, List<GroupState> observed, Set<GroupId> degraded) {
    boolean othersServe = observed.stream().anyMatch(GroupState::serves);
    observed.stream()
        .filter(group -> group.id().template(role).oneNode())
        .filter(group -> Stranded.isCertain(group, clock.instant()))
        .filter(group -> othersServe || !degraded.contains(group.id()))
        .forEach(group -> free(role, group));
  }

  private void free(ServingRole role, GroupState group) {
    var bound = group.pods().stream().filter(PodFacts::isBound).toList();
    // What waits for a node has been promised its GPU already.
    if (FreeGpus.of(client, group.id().template(role).nodeSelector()).fits(bound.size(), true)) {
      pods(group).withField("spec.nodeName", bound.getFirst().getSpec().getNodeName()).delete();
    }
  }

  private static GroupId id(ServingRole role, StatefulSet set) {
    var name = set.getMetadata().getName();
    return GroupId.named(role, name);
  }
}
