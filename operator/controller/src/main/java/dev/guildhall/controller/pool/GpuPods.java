package dev.guildhall.controller.pool;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** What a pod says about GPUs. */
final class GpuPods {

  static final String RESOURCE = "nvidia.com/gpu";

  private GpuPods() {}

  static boolean wantsGpu(Pod pod) {
    return gpus(pod) > 0;
  }

  /** GPUs that the pod's containers ask for together. */
  static int gpus(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .map(container -> container.getResources())
        .filter(resources -> resources != null && resources.getRequests() != null)
        .mapToInt(resources -> count(resources.getRequests()))
        .sum();
  }

  static int count(Map<String, Quantity> resources) {
    var quantity = resources == null ? null : resources.get(RESOURCE);
    return quantity == null ? 0 : quantity.getNumericalAmount().intValue();
  }

  /** Whether the pod has not ended: an ended one holds nothing, even while its object exists. */
  static boolean isLive(Pod pod) {
    var phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
    return !"Succeeded".equals(phase) && !"Failed".equals(phase);
  }

  static boolean isGated(Pod pod) {
    var gates = pod.getSpec().getSchedulingGates();
    return gates != null && !gates.isEmpty();
  }

  /**
   * What the pod does with its GPUs: loading before it runs, warming until it is ready, then
   * serving; draining or failed.
   */
  static String state(Pod pod) {
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      return "draining";
    }
    var status = pod.getStatus();
    if (status == null || !"Running".equals(status.getPhase())) {
      return "loading";
    }
    boolean ready =
        status.getConditions() != null
            && status.getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    if (ready) {
      return "serving";
    }
    boolean crashed =
        status.getContainerStatuses() != null
            && status.getContainerStatuses().stream()
                .anyMatch(
                    c ->
                        c.getState() != null
                            && c.getState().getRunning() == null
                            && c.getRestartCount() != null
                            && c.getRestartCount() > 0);
    return crashed ? "failed" : "warming";
  }
}
