package dev.guildhall.controller.pool;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;

/**
 * GPUs that new pods could take now.
 *
 * @param perNode free GPUs of each open node, less those that pods not yet bound have been promised
 */
public record FreeGpus(List<Integer> perNode, int promised) {

  /** What the nodes with these labels have free, as the API server knows it now. */
  public static FreeGpus of(KubernetesClient client, Map<String, String> nodeSelector) {
    var nodes = client.nodes().withLabels(nodeSelector).list().getItems();
    var pods =
        client.pods().inAnyNamespace().list().getItems().stream()
            .filter(GpuPods::wantsGpu)
            .filter(GpuPods::isLive)
            .toList();
    var free = nodes.stream().filter(GpuNodes::isOpen).map(node -> free(node, pods)).toList();
    int promised =
        pods.stream()
            .filter(pod -> pod.getSpec().getNodeName() == null && !GpuPods.isGated(pod))
            .filter(pod -> nodeSelector.equals(pod.getSpec().getNodeSelector()))
            .mapToInt(GpuPods::gpus)
            .sum();
    return new FreeGpus(free, promised);
  }

  private static int free(Node node, List<Pod> pods) {
    int held =
        pods.stream()
            .filter(pod -> node.getMetadata().getName().equals(pod.getSpec().getNodeName()))
            .mapToInt(GpuPods::gpus)
            .sum();
    return Math.max(0, GpuNodes.gpus(node) - held);
  }

  /** Whether {@code wanted} more pods with a GPU each find a place, on one node if asked. */
  public boolean fits(int wanted, boolean oneNode) {
    int available =
        oneNode
            ? perNode.stream().mapToInt(Integer::intValue).max().orElse(0)
            : perNode.stream().mapToInt(Integer::intValue).sum();
    return available - promised >= wanted;
  }

  /**
   * GPUs that groups could take, whole ones only where each has to lie on one node; what pods not
   * yet bound have been promised is not subtracted.
   */
  public int forGroups(int ranks, boolean oneNode) {
    return perNode.stream().mapToInt(free -> oneNode ? free / ranks * ranks : free).sum();
  }
}
