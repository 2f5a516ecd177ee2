package dev.guildhall.controller.pool;

import io.fabric8.kubernetes.api.model.Node;

/** What a node says about itself. */
public final class GpuNodes {

  private GpuNodes() {}

  /** GPUs that the node advertises. */
  public static int gpus(Node node) {
    return node.getStatus() == null ? 0 : GpuPods.count(node.getStatus().getAllocatable());
  }

  static boolean isReady(Node node) {
    return node.getStatus() != null
        && node.getStatus().getConditions() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  static boolean isCordoned(Node node) {
    return Boolean.TRUE.equals(node.getSpec().getUnschedulable());
  }

  /** Ready, and open for new pods. */
  static boolean isOpen(Node node) {
    return isReady(node) && !isCordoned(node);
  }
}
