package dev.guildhall.planner.placement;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * One layer's placement without regard to what is there: numbers of replicas, then the heaviest
 * replica first onto the least loaded rank that has room and does not hold its expert.
 */
final class FirstPlacement {
  private final ExpertGrid grid;
  private final double[] tokens;
  private final int[] slot;
  private final int[] used;
  private final double[] load;

  private FirstPlacement(ExpertGrid grid, double[] tokens) {
    this.grid = grid;
    this.tokens = tokens;
    this.slot = new int[grid.slots()];
    this.used = new int[grid.ranks()];
    this.load = new double[grid.ranks()];
    Arrays.fill(slot, -1);
  }

  /**
   * The expert in every slot.
   *
   * @param home the node of every expert; null: any rank will do
   */
  static int[] of(ExpertGrid grid, double[] tokens, int[] home) {
    var placement = new FirstPlacement(grid, tokens);
    int[] nodeOfRank = grid.nodeOfRank();
    for (int node = 0; node < (home == null ? 1 : grid.nodes()); node++) {
      int here = node;
      placement.place(
          IntStream.range(0, grid.experts()).filter(e -> home == null || home[e] == here).toArray(),
          IntStream.range(0, grid.ranks())
              .filter(r -> home == null || nodeOfRank[r] == here)
              .toArray());
    }
    return placement.slot;
  }

  private void place(int[] experts, int[] ranks) {
    double[] weights = Arrays.stream(experts).mapToDouble(expert -> tokens[expert]).toArray();
    int[] replicas = Replicas.spread(weights, ranks.length * grid.slotsPerRank(), ranks.length);
    Comparator<Integer> lightest = Comparator.comparingDouble(e -> weights[e] / replicas[e]);
    IntStream.range(0, experts.length)
        .boxed()
        .sorted(lightest.reversed())
        .forEach(
            e -> {
              for (int replica = 0; replica < replicas[e]; replica++) {
                add(experts[e], weights[e] / replicas[e], ranks);
              }
            });
  }

  private void add(int expert, double share, int[] ranks) {
    int best = -1;
    int full = -1;
    for (int rank : ranks) {
      boolean room = used[rank] < grid.slotsPerRank();
      if (room && (best < 0 || load[rank] < load[best]) && find(rank, expert) < 0) {
        best = rank;
      }
      full = room ? rank : full;
    }
    if (best >= 0) {
      put(best, expert, share);
    } else {
      makeRoom(expert, share, ranks, full);
    }
  }

  /**
   * Only ranks that hold the expert have room: another rank gives one of those, {@code open}, an
   * expert that is not there, and takes this one.
   */
  private void makeRoom(int expert, double share, int[] ranks, int open) {
    for (int rank : ranks) {
      if (find(rank, expert) >= 0) {
        continue;
      }
      for (int i = rank * grid.slotsPerRank(); i < (rank + 1) * grid.slotsPerRank(); i++) {
        if (find(open, slot[i]) < 0) {
          slot[open * grid.slotsPerRank() + used[open]++] = slot[i];
          slot[i] = expert;
          load[open] += share;
          return;
        }
      }
    }
    throw new IllegalStateException("no rank can take expert " + expert);
  }

  private void put(int rank, int expert, double share) {
    slot[rank * grid.slotsPerRank() + used[rank]++] = expert;
    load[rank] += share;
  }

  private int find(int rank, int expert) {
    int first = rank * grid.slotsPerRank();
    for (int i = first; i < first + used[rank]; i++) {
      if (slot[i] == expert) {
        return i;
      }
    }
    return -1;
  }
}
