package dev.guildhall.controller.pool;

import dev.guildhall.crds.GpuCounts;
import dev.guildhall.crds.GpuHolder;
import dev.guildhall.crds.NodeCounts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A pool as it is: pure, from its nodes and the cluster's pods.
 *
 * @param nodes the pool's nodes
 * @param holdings of each node, in the same order
 */
record PoolView(List<Node> nodes, List<NodeHoldings> holdings) {

  private static final int MOST_HOLDERS = 256;

  static PoolView of(List<Node> nodes, List<Pod> pods, Map<String, Owner> owners) {
    var sorted =
        nodes.stream().sorted(Comparator.comparing(node -> node.getMetadata().getName())).toList();
    var byNode =
        pods.stream()
            .filter(pod -> pod.getSpec().getNodeName() != null)
            .collect(Collectors.groupingBy(pod -> pod.getSpec().getNodeName()));
    return new PoolView(
        sorted,
        sorted.stream()
            .map(
                node ->
                    NodeHoldings.of(
                        node, byNode.getOrDefault(node.getMetadata().getName(), List.of()), owners))
            .toList());
  }

  NodeCounts nodeCounts() {
    int ready = (int) nodes.stream().filter(GpuNodes::isOpen).count();
    int cordoned =
        (int)
            nodes.stream()
                .filter(node -> GpuNodes.isReady(node) && GpuNodes.isCordoned(node))
                .count();
    return new NodeCounts(ready, cordoned, nodes.size() - ready - cordoned);
  }

  GpuCounts gpuCounts() {
    int total = holdings.stream().mapToInt(NodeHoldings::gpus).sum();
    int held = holdings.stream().mapToInt(PoolView::held).sum();
    int free = 0;
    for (int i = 0; i < nodes.size(); i++) {
      free += GpuNodes.isOpen(nodes.get(i)) ? holdings.get(i).gpus() - held(holdings.get(i)) : 0;
    }
    return new GpuCounts(total, held, free, total - held - free);
  }

  /** Who holds GPUs, over all nodes, largest first. */
  List<GpuHolder> holders() {
    return holdings.stream()
        .flatMap(node -> node.holdings().stream())
        .filter(holding -> holding.workload() != null)
        .collect(
            Collectors.groupingBy(holding -> holding.with(0), Collectors.summingInt(Holding::gpus)))
        .entrySet()
        .stream()
        .map(
            e ->
                new GpuHolder(
                    e.getKey().namespace(),
                    e.getKey().workload(),
                    e.getKey().group(),
                    e.getKey().state(),
                    e.getValue()))
        .sorted(Comparator.comparing(GpuHolder::gpus).reversed().thenComparing(GpuHolder::toString))
        .limit(MOST_HOLDERS)
        .toList();
  }

  private static int held(NodeHoldings node) {
    return node.holdings().stream()
        .filter(holding -> holding.workload() != null)
        .mapToInt(Holding::gpus)
        .sum();
  }
}
