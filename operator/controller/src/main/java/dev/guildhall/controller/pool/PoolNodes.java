package dev.guildhall.controller.pool;

import dev.guildhall.crds.GpuNodePool;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The nodes of a pool. A node that several selectors match belongs to the first pool by name, so
 * that no GPU is counted twice.
 */
final class PoolNodes {

  private PoolNodes() {}

  static List<Node> of(GpuNodePool pool, List<GpuNodePool> all, KubernetesClient client) {
    var before = all.stream().filter(other -> name(other).compareTo(name(pool)) < 0).toList();
    return client.nodes().withLabels(pool.getSpec().nodeSelector()).list().getItems().stream()
        .filter(node -> before.stream().noneMatch(other -> matches(other, node)))
        .toList();
  }

  private static boolean matches(GpuNodePool pool, Node node) {
    var labels =
        Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.<String, String>of());
    return labels.entrySet().containsAll(pool.getSpec().nodeSelector().entrySet());
  }

  private static String name(GpuNodePool pool) {
    return pool.getMetadata().getName();
  }
}
