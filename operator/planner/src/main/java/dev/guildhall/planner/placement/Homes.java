package dev.guildhall.planner.placement;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The node of each expert where groups stay on one node. */
final class Homes {

  private Homes() {}

  /**
   * Heaviest group first, to the node with the least load per rank that has room; no node gets more
   * groups than an even share, rounded up.
   *
   * @throws InvalidPlacementException where whole groups do not fit on the nodes
   */
  static int[] pack(ExpertGrid grid, double[] tokens) {
    int nodes = grid.nodes();
    int[] ranks = new int[nodes];
    Arrays.stream(grid.nodeOfRank()).forEach(node -> ranks[node]++);
    double[] weight = new double[grid.groups()];
    int[] size = new int[grid.groups()];
    for (int expert = 0; expert < grid.experts(); expert++) {
      weight[grid.groupOf(expert)] += tokens[expert];
      size[grid.groupOf(expert)]++;
    }
    int[] nodeOfGroup = new int[grid.groups()];
    int[] held = new int[nodes];
    int[] groups = new int[nodes];
    double[] load = new double[nodes];
    int share = Math.ceilDiv(grid.groups(), nodes);
    for (int group : heaviestFirst(weight)) {
      int node =
          IntStream.range(0, nodes)
              .filter(n -> groups[n] < share)
              .filter(n -> held[n] + size[group] <= ranks[n] * grid.slotsPerRank())
              .boxed()
              .min(
                  Comparator.<Integer>comparingDouble(n -> load[n] / ranks[n])
                      .thenComparingInt(n -> groups[n]))
              .orElseThrow(() -> noRoom(grid));
      nodeOfGroup[group] = node;
      load[node] += weight[group];
      held[node] += size[group];
      groups[node]++;
    }
    if (Arrays.stream(held).anyMatch(experts -> experts < grid.slotsPerRank())) {
      throw noRoom(grid);
    }
    return IntStream.range(0, grid.experts()).map(e -> nodeOfGroup[grid.groupOf(e)]).toArray();
  }

  /** The node of each expert in a placement; null where an expert is on several nodes. */
  static int[] of(ExpertGrid grid, int[] slots) {
    int[] nodeOfRank = grid.nodeOfRank();
    int[] nodeOfGroup = new int[grid.groups()];
    Arrays.fill(nodeOfGroup, -1);
    for (int slot = 0; slot < slots.length; slot++) {
      int node = nodeOfRank[slot / grid.slotsPerRank()];
      int group = grid.groupOf(slots[slot]);
      if (nodeOfGroup[group] >= 0 && nodeOfGroup[group] != node) {
        return null;
      }
      nodeOfGroup[group] = node;
    }
    return IntStream.range(0, grid.experts()).map(e -> nodeOfGroup[grid.groupOf(e)]).toArray();
  }

  private static int[] heaviestFirst(double[] weight) {
    return IntStream.range(0, weight.length)
        .boxed()
        .sorted(Comparator.comparingDouble(group -> -weight[group]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static InvalidPlacementException noRoom(ExpertGrid grid) {
    return new InvalidPlacementException(
        "%d groups of %d experts cannot be kept whole on %d nodes with %d slots: place them anywhere"
            .formatted(grid.groups(), grid.experts(), grid.nodes(), grid.slots()));
  }
}
