package dev.guildhall.planner.placement;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Room for more replicas on every rank: those that are there stay, and the new ones are of the
 * experts whose replicas are heaviest, each on the least loaded rank that has room and does not
 * hold the expert.
 */
public final class Widening {
  private final ExpertGrid grid;
  private final double[] tokens;
  private final int[] slot;
  private final int[] replicas;
  private final int[] used;
  private final double[] load;
  private final BitSet[] held;

  private Widening(ExpertGrid grid, double[] tokens, int[] narrow) {
    this.grid = grid;
    this.tokens = tokens;
    slot = new int[grid.slots()];
    replicas = new int[grid.experts()];
    used = new int[grid.ranks()];
    load = new double[grid.ranks()];
    held = new BitSet[grid.ranks()];
    Arrays.setAll(held, _ -> new BitSet());
    int share = narrow.length / grid.ranks();
    for (int i = 0; i < narrow.length; i++) {
      put(i / share, narrow[i]);
      replicas[narrow[i]]++;
    }
    for (int rank = 0; rank < grid.ranks(); rank++) {
      load[rank] = held[rank].stream().mapToDouble(this::weight).sum();
    }
  }

  /**
   * The same map with {@code slots} slots in each layer.
   *
   * @param loads tokens per layer and expert
   * @throws InvalidPlacementException where slots are fewer than now or do not divide over the
   *     ranks, or loads are of other layers or experts
   */
  public static ExpertMap of(ExpertMap current, int slots, double[][] loads) {
    var narrow = current.grid();
    if (slots < narrow.slots()) {
      throw new InvalidPlacementException(
          "%d slots, but there are %d already".formatted(slots, narrow.slots()));
    }
    var wide = new ExpertGrid(narrow.experts(), slots, narrow.groups(), narrow.nodeOfRank());
    Loads.check(current, loads);
    return ExpertMap.trusted(
        wide,
        IntStream.range(0, loads.length)
            .mapToObj(layer -> new Widening(wide, loads[layer], current.slots(layer)).filled())
            .toArray(int[][]::new));
  }

  private int[] filled() {
    int spare = grid.slots() - IntStream.of(used).sum();
    for (; spare > 0; spare--) {
      int expert = heaviest();
      int rank = lightest(expert);
      double before = weight(expert);
      replicas[expert]++;
      double after = weight(expert);
      for (int other = 0; other < grid.ranks(); other++) {
        load[other] -= held[other].get(expert) ? before - after : 0;
      }
      load[rank] += after;
      put(rank, expert);
    }
    return slot;
  }

  /** There is always one: a rank has no more slots than there are experts. */
  private int heaviest() {
    int best = -1;
    for (int expert = 0; expert < grid.experts(); expert++) {
      boolean heavier = best < 0 || weight(expert) > weight(best);
      best = heavier && lightest(expert) >= 0 ? expert : best;
    }
    return best;
  }

  /** The least loaded rank that can take an expert, or -1. */
  private int lightest(int expert) {
    int best = -1;
    for (int rank = 0; rank < grid.ranks(); rank++) {
      boolean takes = used[rank] < grid.slotsPerRank() && !held[rank].get(expert);
      best = takes && (best < 0 || load[rank] < load[best]) ? rank : best;
    }
    return best;
  }

  private double weight(int expert) {
    return tokens[expert] / replicas[expert];
  }

  private void put(int rank, int expert) {
    slot[rank * grid.slotsPerRank() + used[rank]++] = expert;
    held[rank].set(expert);
  }
}
