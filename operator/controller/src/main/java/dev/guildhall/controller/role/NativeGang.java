package dev.guildhall.controller.role;

import dev.guildhall.controller.kube.Applier;
import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scheduler's own gang: a PodGroup (scheduling.k8s.io/v1beta1) binds all of its pods or none,
 * and is disrupted as a whole.
 */
final class NativeGang implements Gang {

  static final String API_VERSION = "scheduling.k8s.io/v1beta1";

  private final KubernetesClient client;

  NativeGang(KubernetesClient client) {
    this.client = client;
  }

  /** A PodGroup cannot be changed, so one with another number of ranks is replaced. */
  @Override
  public void prepare(ServingRole owner, GroupId group, Applier applier) {
    var wanted = podGroup(owner, group);
    var found = applier.find(wanted);
    if (found != null && !minCount(found).equals(minCount(wanted))) {
      applier.delete(found);
      applier.createIfAbsent(wanted);
    } else {
      applier.createIfAbsent(found, wanted);
    }
  }

  @Override
  public void join(PodSpec pod, GroupId group) {
    pod.setAdditionalProperty("schedulingGroup", Map.of("podGroupName", group.name()));
  }

  @Override
  public void admit(ServingRole owner, GroupId group, List<Pod> pods) {
    // the scheduler binds them
  }

  @Override
  public void remove(ServingRole owner, GroupId group, Applier applier) {
    applier.delete(podGroup(owner, group));
  }

  @Override
  public Optional<String> waitingReason(GroupId group) {
    var found =
        client
            .genericKubernetesResources(API_VERSION, "PodGroup")
            .inNamespace(group.namespace())
            .withName(group.name())
            .get();
    if (found == null || !(found.get("status", "conditions") instanceof List<?> conditions)) {
      return Optional.empty();
    }
    return conditions.stream()
        .filter(Map.class::isInstance)
        .map(condition -> (Map<?, ?>) condition)
        .filter(
            condition ->
                "PodGroupInitiallyScheduled".equals(condition.get("type"))
                    && "False".equals(condition.get("status")))
        .map(condition -> String.valueOf(condition.get("message")))
        .findFirst();
  }

  private static GenericKubernetesResource podGroup(ServingRole owner, GroupId group) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("schedulingPolicy", Map.of("gang", Map.of("minCount", group.template(owner).ranks())));
    if (group.template(owner).oneNode()) {
      spec.put(
          "schedulingConstraints",
          Map.of("topology", List.of(Map.of("key", "kubernetes.io/hostname"))));
    }
    spec.put("disruptionMode", Map.of("all", Map.of()));
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(API_VERSION)
        .withKind("PodGroup")
        .withMetadata(GroupObjects.metadata(owner, group))
        .addToAdditionalProperties("spec", spec)
        .build();
  }

  private static String minCount(GenericKubernetesResource podGroup) {
    return String.valueOf(podGroup.<Object>get("spec", "schedulingPolicy", "gang", "minCount"));
  }
}
