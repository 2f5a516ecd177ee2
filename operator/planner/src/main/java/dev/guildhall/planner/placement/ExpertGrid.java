package dev.guildhall.planner.placement;

import java.util.stream.IntStream;

/**
 * What there is to place on: experts in groups, slots on ranks, ranks on nodes. Slots of rank r are
 * the r-th equal share. No number needs to be a power of two or to divide another, except that
 * ranks have equally many slots.
 *
 * @param experts routed experts of a layer
 * @param slots places for replicas over all ranks
 * @param groups expert groups; expert e is of group e · groups ÷ experts, rounded down
 * @param nodeOfRank the node of every rank, nodes counted from 0
 */
public record ExpertGrid(int experts, int slots, int groups, int[] nodeOfRank) {

  /**
   * Checks the numbers.
   *
   * @throws InvalidPlacementException naming what does not fit
   */
  public ExpertGrid {
    nodeOfRank = nodeOfRank.clone();
    int ranks = nodeOfRank.length;
    require(experts > 0, "there are no experts");
    require(ranks > 0, "there are no ranks");
    require(groups > 0 && groups <= experts, "%d groups of %d experts".formatted(groups, experts));
    require(
        slots % ranks == 0,
        "%d slots cannot be shared equally by %d ranks".formatted(slots, ranks));
    require(slots >= experts, "%d slots are too few for %d experts".formatted(slots, experts));
    require(
        slots / ranks <= experts,
        "%d slots per rank, but only %d experts: a rank would hold one twice"
            .formatted(slots / ranks, experts));
    require(IntStream.of(nodeOfRank).allMatch(node -> node >= 0), "a node has a negative number");
  }

  /**
   * Ranks spread evenly over nodes, in order.
   *
   * @throws InvalidPlacementException where the numbers do not fit
   */
  public static ExpertGrid of(int experts, int slots, int groups, int nodes, int ranks) {
    require(
        ranks > 0 && nodes > 0 && nodes <= ranks, "%d ranks on %d nodes".formatted(ranks, nodes));
    int[] nodeOfRank =
        IntStream.range(0, ranks).map(rank -> (int) ((long) rank * nodes / ranks)).toArray();
    return new ExpertGrid(experts, slots, groups, nodeOfRank);
  }

  /** How many ranks there are. */
  public int ranks() {
    return nodeOfRank.length;
  }

  /** How many nodes there are. */
  public int nodes() {
    return IntStream.of(nodeOfRank).max().orElseThrow() + 1;
  }

  /** How many replicas each rank holds. */
  public int slotsPerRank() {
    return slots / ranks();
  }

  /** The group of an expert. */
  public int groupOf(int expert) {
    return (int) ((long) expert * groups / experts);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new InvalidPlacementException(otherwise);
    }
  }
}
