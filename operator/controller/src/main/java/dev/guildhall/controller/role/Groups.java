package dev.guildhall.controller.role;

import dev.guildhall.controller.OperatorConfig;
import dev.guildhall.controller.certificate.Certificates;
import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.kube.Owners;
import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.TreeMap;

/** Makes, watches, replaces and removes the groups of a role. */
@ApplicationScoped
class Groups {

  private final KubernetesClient client;
  private final OperatorConfig config;
  private final Certificates certificates;
  private final Gangs gangs;

  Groups(KubernetesClient client, OperatorConfig config, Certificates certificates, Gangs gangs) {
    this.client = client;
    this.config = config;
    this.certificates = certificates;
    this.gangs = gangs;
  }

  void applyWanted(ServingRole role, Applier applier) {
    applier.apply(GroupObjects.disruptionBudget(role));
    GroupId.wanted(role).forEach(group -> apply(role, group, applier));
  }

  private void apply(ServingRole role, GroupId group, Applier applier) {
    applier.apply(GroupObjects.service(role, group));
    applier.apply(GroupObjects.networkPolicy(role, group, config.systemNamespace()));
    applier.apply(tls(role, group, applier));
    gangs.gang().prepare(role, group, applier);
    var wanted = RankSet.of(role, group, gangs.gang(), config.engineImage());
    var found = applier.find(wanted);
    if (found == null || !PodVersion.of(wanted).isOnlyMadeOtherwiseThan(PodVersion.of(found))) {
      applier.apply(wanted);
    }
  }

  private Secret tls(ServingRole role, GroupId group, Applier applier) {
    var secret =
        new SecretBuilder()
            .withMetadata(GroupObjects.metadata(role, group))
            .withType("kubernetes.io/tls")
            .build();
    var service = "%s.%s.svc".formatted(group.name(), group.namespace());
    var data = new TreeMap<String, String>();
    certificates
        .entries(applier.find(secret), group.name(), List.of("*." + service, service))
        .forEach((entry, text) -> data.put(entry, Certificates.encode(text)));
    secret.setData(data);
    return secret;
  }

  /** Removes groups beyond the wanted number. */
  void removeSurplus(ServingRole role, Applier applier) {
    var wanted = GroupId.wanted(role).stream().map(GroupId::name).toList();
    for (var set : sets(role)) {
      var group = id(role, set);
      if (!wanted.contains(group.name())) {
        applier.delete(set);
        applier.delete(GroupObjects.service(role, group));
        applier.delete(GroupObjects.networkPolicy(role, group, config.systemNamespace()));
        applier.delete(
            new SecretBuilder().withMetadata(GroupObjects.metadata(role, group)).build());
        gangs.gang().remove(role, group, applier);
      }
    }
  }

  /** The groups as they are, and lets those be bound that wait for it. */
  List<GroupState> observe(ServingRole role) {
    return sets(role).stream().map(set -> observe(role, id(role, set), set)).toList();
  }

  private GroupState observe(ServingRole role, GroupId group, StatefulSet set) {
    var pods = pods(set);
    if (set.getMetadata().getDeletionTimestamp() == null) {
      gangs.gang().admit(role, group, pods);
    }
    var bound = pods.stream().anyMatch(PodFacts::isBound);
    var waiting =
        bound
            ? ""
            : gangs
                .gang()
                .waitingReason(group)
                .map(why -> group.name() + " waits for GPUs: " + why)
                .orElse("");
    var trouble =
        pods.stream().flatMap(pod -> PodFacts.trouble(pod).stream()).findFirst().orElse("");
    return new GroupState(group, set, pods, waiting.isEmpty() ? trouble : waiting);
  }

  /** Replaces one outdated group as a whole, once no other group is missing. */
  void rollOut(ServingRole role, List<GroupState> observed) {
    var outdated = observed.stream().filter(group -> !group.outdated().isEmpty()).toList();
    if (outdated.isEmpty()) {
      return;
    }
    var broken =
        outdated.stream()
            .filter(group -> group.pods().stream().noneMatch(PodFacts::isReady))
            .findFirst();
    boolean othersServe =
        observed.stream().filter(group -> group.outdated().isEmpty()).allMatch(GroupState::isReady);
    broken
        .or(() -> othersServe ? outdated.stream().findFirst() : java.util.Optional.empty())
        .ifPresent(Groups.this::restart);
  }

  private void restart(GroupState group) {
    group.outdated().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .forEach(pod -> client.resource(pod).delete());
  }

  private List<StatefulSet> sets(ServingRole role) {
    return client
        .apps()
        .statefulSets()
        .inNamespace(role.getMetadata().getNamespace())
        .withLabels(RoleSelector.of(role))
        .list()
        .getItems()
        .stream()
        .filter(set -> Owners.owns(role, set))
        .toList();
  }

  private List<Pod> pods(StatefulSet set) {
    return client
        .pods()
        .inNamespace(set.getMetadata().getNamespace())
        .withLabels(set.getSpec().getSelector().getMatchLabels())
        .list()
        .getItems()
        .stream()
        .filter(pod -> Owners.owns(set, pod))
        .toList();
  }

  private static GroupId id(ServingRole role, StatefulSet set) {
    var name = set.getMetadata().getName();
    return GroupId.of(role, Integer.parseInt(name.substring(name.lastIndexOf('-') + 1)));
  }
}
