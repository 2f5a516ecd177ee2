package dev.guildhall.controller.pool;

import io.fabric8.kubernetes.api.model.Node;

/** What a node says about itself. */
public final class GpuNodes {

  private GpuNodes() {}

  /** GPUs that the node advertises. */
  public static int gpus(Node node) {
    return node.getStatus() == null ? 0 : GpuPods.count(node.getStatus().getAllocatable());
  }

  /** Thousandths of a CPU that the node has for pods; 0 if it does not say. */
  public static int cpuMillis(Node node) {
    var cpu =
        node.getStatus() == null || node.getStatus().getAllocatable() == null
            ? null
            : node.getStatus().getAllocatable().get("cpu");
    return cpu == null ? 0 : cpu.getNumericalAmount().movePointRight(3).intValue();
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
