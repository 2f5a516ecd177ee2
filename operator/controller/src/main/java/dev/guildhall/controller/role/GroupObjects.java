package dev.guildhall.controller.role;

import dev.guildhall.controller.kube.Labels;
import dev.guildhall.controller.kube.Owners;
import dev.guildhall.crds.GuildhallApi;
import dev.guildhall.crds.Role;
import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.Map;

/** What surrounds the ranks of a group, as it is wanted. */
final class GroupObjects {

  private GroupObjects() {}

  /** Names for the ranks, known before they are ready: they must find each other to become so. */
  static Service service(ServingRole owner, GroupId group) {
    return new ServiceBuilder()
        .withMetadata(metadata(owner, group))
        .withNewSpec()
        .withClusterIP("None")
        .withPublishNotReadyAddresses(true)
        .withSelector(group.selector())
        .addNewPort()
        .withName("grpc")
        .withPort(GroupId.GRPC_PORT)
        .withProtocol("TCP")
        .withTargetPort(new IntOrString(GroupId.GRPC_PORT))
        .endPort()
        .endSpec()
        .build();
  }

  /**
   * At most one group of the role is disrupted at a time: while all ranks are ready any one may be
   * evicted; its group is then not ready, so the rest of it may follow, and nothing else may.
   */
  static PodDisruptionBudget disruptionBudget(ServingRole owner) {
    var labels = Labels.ofRole(owner.getSpec().deployment(), owner.getSpec().role(), Labels.RANK);
    return new PodDisruptionBudgetBuilder()
        .withMetadata(Owners.metadata(owner, owner.getMetadata().getName(), labels).build())
        .withNewSpec()
        .withMaxUnavailable(new IntOrString(1))
        .withNewSelector()
        .withMatchLabels(RoleSelector.of(owner))
        .endSelector()
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .endSpec()
        .build();
  }

  /**
   * Only the group's own ranks and the gateway reach the gRPC port, for prompts also the
   * deployment's other ranks; only the system namespace reads metrics.
   */
  static NetworkPolicy networkPolicy(ServingRole owner, GroupId group, String systemNamespace) {
    return new NetworkPolicyBuilder()
        .withMetadata(metadata(owner, group))
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(group.selector())
        .endPodSelector()
        .withPolicyTypes("Ingress")
        .addNewIngress()
        .addToFrom(pods(callers(owner, group)))
        .addToFrom(system(systemNamespace, Map.of("app.kubernetes.io/component", "gateway")))
        .addNewPort()
        .withPort(new IntOrString(GroupId.GRPC_PORT))
        .withProtocol("TCP")
        .endPort()
        .endIngress()
        .addNewIngress()
        .addToFrom(system(systemNamespace, Map.of()))
        .addNewPort()
        .withPort(new IntOrString(GroupId.HTTP_PORT))
        .withProtocol("TCP")
        .endPort()
        .endIngress()
        .endSpec()
        .build();
  }

  /** Labels of the ranks that call a group's ranks. */
  private static Map<String, String> callers(ServingRole owner, GroupId group) {
    return owner.getSpec().kind() == Role.Kind.Prefill
        ? Map.of(GuildhallApi.DEPLOYMENT_LABEL, group.deployment(), Labels.COMPONENT, Labels.RANK)
        : group.selector();
  }

  private static NetworkPolicyPeer pods(Map<String, String> labels) {
    return new NetworkPolicyPeerBuilder()
        .withNewPodSelector()
        .withMatchLabels(labels)
        .endPodSelector()
        .build();
  }

  private static NetworkPolicyPeer system(String namespace, Map<String, String> pods) {
    var peer =
        new NetworkPolicyPeerBuilder()
            .withNewNamespaceSelector()
            .addToMatchLabels("kubernetes.io/metadata.name", namespace)
            .endNamespaceSelector();
    return pods.isEmpty()
        ? peer.build()
        : peer.withNewPodSelector().withMatchLabels(pods).endPodSelector().build();
  }

  static ObjectMeta metadata(ServingRole owner, GroupId group) {
    return Owners.metadata(owner, group.name(), group.labels()).build();
  }
}
