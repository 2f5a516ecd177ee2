package dev.guildhall.controller.role;

import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;

/**
 * The StatefulSet of a group: all ranks start at once, the ordinal is the rank, and a group is
 * replaced as a whole.
 */
final class RankSet {

  private RankSet() {}

  static StatefulSet of(ServingRole owner, GroupId group, Gang gang, String image) {
    var pods = RankPods.template(owner, group, image);
    gang.join(pods.getSpec(), group);
    ModelPath.into(pods, group.template(owner).model().source());
    var version = PodVersion.of(group.template(owner), image, pods);
    return new StatefulSetBuilder()
        .withMetadata(GroupObjects.metadata(owner, group))
        .editMetadata()
        .withAnnotations(version.annotations())
        .endMetadata()
        .withNewSpec()
        .withReplicas(group.template(owner).ranks())
        .withServiceName(group.name())
        .withPodManagementPolicy("Parallel")
        .withNewUpdateStrategy()
        .withType("OnDelete")
        .endUpdateStrategy()
        .withNewSelector()
        .withMatchLabels(group.selector())
        .endSelector()
        .withTemplate(pods)
        .endSpec()
        .build();
  }
}
