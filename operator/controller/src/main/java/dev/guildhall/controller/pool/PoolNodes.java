package dev.guildhall.controller.pool;

import dev.guildhall.crds.GpuNodePool;
import io.fabric8.kubernetes.api.model.Node;
import java.util.List;

/**
 * The nodes of a pool. A node that several selectors match belongs to the first pool by name, so
 * that no GPU is counted twice.
 */
final class PoolNodes {

  private PoolNodes() {}

  static List<Node> of(GpuNodePool pool, List<GpuNodePool> all, List<Node> selected) {
    var before = all.stream().filter(other -> name(other).compareTo(name(pool)) < 0).toList();
    return selected.stream()
        .filter(node -> before.stream().noneMatch(other -> matches(other, node)))
        .toList();
  }

  private static boolean matches(GpuNodePool pool, Node node) {
    return PoolSources.labels(node)
        .entrySet()
        .containsAll(pool.getSpec().nodeSelector().entrySet());
  }

  private static String name(GpuNodePool pool) {
    return pool.getMetadata().getName();
  }
}
