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
  private final int perRank;
  private final double[] tokens;
  private final int[] slot;
  private final int[] used;

  /** Loads of the ranks that have room; infinite where there is none. */
  private final double[] open;

  private FirstPlacement(ExpertGrid grid, double[] tokens) {
    this.grid = grid;
    this.perRank = grid.slotsPerRank();
    this.tokens = tokens;
    this.slot = new int[grid.slots()];
    this.used = new int[grid.ranks()];
    this.open = new double[grid.ranks()];
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
    double least = Double.POSITIVE_INFINITY;
    for (int rank : ranks) {
      if (open[rank] < least && find(rank, expert) < 0) {
        best = rank;
        least = open[rank];
      }
    }
    if (best >= 0) {
      put(best, expert, share);
    } else {
      makeRoom(expert, share, ranks);
    }
  }

  /**
   * Only ranks that hold the expert have room: another rank gives one of those an expert that is
   * not there, and takes this one.
   */
  private void makeRoom(int expert, double share, int[] ranks) {
    int roomy =
        Arrays.stream(ranks)
            .filter(rank -> open[rank] < Double.POSITIVE_INFINITY)
            .max()
            .orElseThrow();
    for (int rank : ranks) {
      if (find(rank, expert) >= 0) {
        continue;
      }
      for (int i = rank * perRank; i < (rank + 1) * perRank; i++) {
        if (find(roomy, slot[i]) < 0) {
          put(roomy, slot[i], share);
          slot[i] = expert;
          return;
        }
      }
    }
    throw new IllegalStateException("no rank can take expert " + expert);
  }

  private void put(int rank, int expert, double share) {
    slot[rank * perRank + used[rank]++] = expert;
    open[rank] = used[rank] < perRank ? open[rank] + share : Double.POSITIVE_INFINITY;
  }

  private int find(int rank, int expert) {
    int first = rank * perRank;
    for (int i = first; i < first + used[rank]; i++) {
      if (slot[i] == expert) {
        return i;
      }
    }
    return -1;
  }
}
