package dev.guildhall.controller.role;

import dev.guildhall.controller.kube.Owners;
import dev.guildhall.controller.kube.PodWatch;
import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the watches know of a role's groups. It may be behind: what acts on it must be harmless then
 * (what is made is applied, what is deleted is named with its version).
 *
 * @param sets StatefulSets of the role, by name
 * @param pods those of all roles, as they are when asked for
 */
record RoleCache(List<StatefulSet> sets, PodWatch pods) {

  static RoleCache of(ServingRole role, Context<ServingRole> context, PodWatch pods) {
    var sets =
        context
            .getSecondaryResourcesAsStream(StatefulSet.class)
            .filter(set -> Owners.owns(role, set))
            .sorted(Comparator.comparing(set -> set.getMetadata().getName()))
            .toList();
    return new RoleCache(sets, pods);
  }

  Optional<StatefulSet> set(GroupId group) {
    return sets.stream()
        .filter(set -> set.getMetadata().getName().equals(group.name()))
        .findFirst();
  }

  List<Pod> podsOf(StatefulSet set) {
    return pods.ownedBy(set).stream()
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
        .toList();
  }
}
