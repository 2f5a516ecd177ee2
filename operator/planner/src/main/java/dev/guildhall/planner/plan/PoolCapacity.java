package dev.guildhall.planner.plan;

import java.util.Collections;
import java.util.List;

/**
 * What a pool offers.
 *
 * @param memoryBytes memory of one GPU
 * @param gpusPerNode GPUs of each node, in any order
 */
public record PoolCapacity(long memoryBytes, List<Integer> gpusPerNode) {

  /** Keeps the largest nodes first. */
  public PoolCapacity {
    gpusPerNode = gpusPerNode.stream().sorted(Collections.reverseOrder()).toList();
  }

  /** GPUs of all nodes. */
  public int gpus() {
    return gpusPerNode.stream().mapToInt(Integer::intValue).sum();
  }

  /** Fewest nodes that hold {@code wanted} GPUs; all nodes where they do not suffice. */
  int nodesFor(int wanted) {
    int nodes = 0;
    int held = 0;
    while (held < wanted && nodes < gpusPerNode.size()) {
      held += gpusPerNode.get(nodes++);
    }
    return nodes;
  }
}
