package dev.guildhall.controller.role;

import dev.guildhall.crds.GroupTemplate;
import dev.guildhall.crds.Model;
import dev.guildhall.crds.ModelDeploymentSpec;
import dev.guildhall.crds.ModelSource;
import dev.guildhall.crds.Role;
import dev.guildhall.crds.ServingRole;
import dev.guildhall.crds.ServingRoleSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Roles and groups of two ranks for tests, in versions a and b, of which b is wanted. */
final class RoleStates {
  static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final int RANKS = 2;

  static ServingRole role(Role.RollOut strategy, int groups) {
    var role = new ServingRole();
    role.getMetadata().setNamespace("quickstart");
    role.setSpec(
        new ServingRoleSpec(
            "small-v3", "unified", groups, template("b"), null, strategy, null, null));
    return role;
  }

  static GroupTemplate template(String digest) {
    return new GroupTemplate(
        new Model("small-v3", new ModelSource("small-v3:" + digest, null, null)),
        ModelDeploymentSpec.Backend.cpu,
        RANKS,
        Map.of("pool", "local"),
        true,
        1L,
        1L,
        null,
        1,
        null,
        null);
  }

  /** A group of which the pods run a version and are ready or not, while version b is wanted. */
  static GroupState group(int index, String version, boolean ready) {
    return group(index, version, ready, 60);
  }

  static GroupState group(int index, String version, boolean ready, int seconds) {
    var set =
        new StatefulSetBuilder()
            .withNewMetadata()
            .withGeneration(2L)
            .addToAnnotations("guildhall.dev/asked", "asked")
            .endMetadata()
            .withNewSpec()
            .withReplicas(RANKS)
            .endSpec()
            .withNewStatus()
            .withObservedGeneration(2L)
            .withUpdateRevision("b")
            .endStatus()
            .build();
    List<Pod> pods =
        IntStream.range(0, RANKS)
            .mapToObj(
                _ ->
                    new PodBuilder()
                        .withNewMetadata()
                        .addToLabels("controller-revision-hash", version)
                        .endMetadata()
                        .withNewStatus()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus(ready ? "True" : "False")
                        .withLastTransitionTime(NOW.minusSeconds(seconds).toString())
                        .endCondition()
                        .endStatus()
                        .build())
            .toList();
    return new GroupState(
        new GroupId("quickstart", "small-v3", "unified", index), set, pods, () -> "");
  }

  /** The group less its first rank. */
  static GroupState withOneRankLost(GroupState group) {
    return new GroupState(
        group.id(), group.set(), group.pods().subList(1, group.pods().size()), group.trouble());
  }

  private RoleStates() {}
}
