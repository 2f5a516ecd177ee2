package dev.guildhall.cli.bench;

import dev.guildhall.devcluster.DevCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The StatefulSets and PodGroups that the operator made, as a person would apply them: the same
 * specs in another namespace, without owners.
 */
final class PlainCopy {

  private final String manifests;

  private PlainCopy(String manifests) {
    this.manifests = manifests;
  }

  static PlainCopy of(KubernetesClient client) {
    Stream<GenericKubernetesResource> all =
        Stream.concat(
            list(client, "scheduling.k8s.io/v1beta1", "PodGroup"),
            list(client, "apps/v1", "StatefulSet"));
    return new PlainCopy(
        all.map(PlainCopy::bare).map(Serialization::asYaml).collect(Collectors.joining("---\n")));
  }

  private static Stream<GenericKubernetesResource> list(
      KubernetesClient client, String apiVersion, String kind) {
    return client
        .genericKubernetesResources(apiVersion, kind)
        .inNamespace(Manifests.NAMESPACE)
        .list()
        .getItems()
        .stream();
  }

  private static HasMetadata bare(GenericKubernetesResource object) {
    object.setMetadata(
        new ObjectMetaBuilder()
            .withName(object.getMetadata().getName())
            .withNamespace(Manifests.PLAIN)
            .withLabels(object.getMetadata().getLabels())
            .build());
    object.getAdditionalProperties().remove("status");
    return object;
  }

  void apply(DevCluster cluster) {
    cluster.kubectlCommand("apply", "--server-side", "-f", "-").reading(manifests).run();
  }

  static void delete(DevCluster cluster) {
    for (String kind : List.of("statefulsets", "podgroups.scheduling.k8s.io")) {
      cluster.kubectl("-n", Manifests.PLAIN, "delete", kind, "--all", "--wait=false");
    }
  }
}
