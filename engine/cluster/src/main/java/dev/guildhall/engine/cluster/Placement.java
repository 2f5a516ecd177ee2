package dev.guildhall.engine.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which rank holds which experts of each decoder layer. An expert may be held by several ranks; a
 * caller that holds it itself asks no other, unless weights say how tokens are split.
 */
public final class Placement {
  /** Stands for the owner of an expert that nobody holds. */
  static final int NOBODY = -1;

  private final long epoch;
  private final int ranks;
  private final int[][] slots;
  private final int[][] weights;

  /**
   * @param epoch which placement this is
   * @param ranks among how many ranks the slots are shared equally
   * @param slots for each decoder layer, the MTP layer last if there is one, the expert in each
   *     slot; empty for a dense layer
   * @param weights for each layer, by slot, in what proportion its expert's tokens are split over
   *     its slots; empty for a layer where each caller asks one of them
   */
  Placement(long epoch, int ranks, int[][] slots, int[][] weights) {
    this.epoch = epoch;
    this.ranks = ranks;
    this.slots = slots;
    this.weights = weights;
  }

  /**
   * Ranges of equal length.
   *
   * @throws InvalidPlacementException if the experts do not divide over the ranks
   */
  static int[] contiguous(int experts, int ranks) {
    if (experts % ranks != 0) {
      throw new InvalidPlacementException(
          "%d experts do not divide over %d ranks; give a placement with redundant slots, or a"
                  .formatted(experts, ranks)
              + " number of ranks that divides them");
    }
    int[] slots = new int[experts];
    for (int i = 0; i < experts; i++) {
      slots[i] = i;
    }
    return slots;
  }

  /** Which placement this is. */
  public long epoch() {
    return epoch;
  }

  /** For each decoder layer the experts that a rank holds. */
  public List<BitSet> heldBy(int rank) {
    List<BitSet> held = new ArrayList<>();
    for (int[] layer : slots) {
      int share = layer.length / ranks;
      BitSet experts = new BitSet();
      for (int slot = rank * share; slot < (rank + 1) * share; slot++) {
        experts.set(layer[slot]);
      }
      held.add(experts);
    }
    return held;
  }

  /**
   * Whether some ranks hold all experts of the first layers between them.
   *
   * @param layers how many; those of a step, without the MTP layer
   */
  boolean isCoveredBy(BitSet some, int layers) {
    List<List<BitSet>> held = some.stream().mapToObj(this::heldBy).toList();
    return IntStream.range(0, layers)
        .allMatch(
            layer -> {
              BitSet experts = new BitSet();
              held.forEach(rank -> experts.or(rank.get(layer)));
              return experts.cardinality() == Arrays.stream(slots[layer]).distinct().count();
            });
  }

  /**
   * Who computes the experts of each layer for the caller. With weights, each holder that is there
   * its part; without, or where all of their weights are zero, one rank: the caller itself where it
   * can, else a holder chosen so that different callers choose different ones.
   */
  Shares[][] shares(int caller, int experts, BitSet there) {
    Shares[][] shares = new Shares[slots.length][];
    for (int layer = 0; layer < slots.length; layer++) {
      shares[layer] =
          slots[layer].length == 0 ? new Shares[0] : shares(layer, caller, experts, there);
    }
    return shares;
  }

  private Shares[] shares(int layer, int caller, int experts, BitSet there) {
    int perRank = slots[layer].length / ranks;
    List<List<Integer>> copies =
        Stream.generate(() -> (List<Integer>) new ArrayList<Integer>()).limit(experts).toList();
    for (int slot = 0; slot < slots[layer].length; slot++) {
      if (there.get(slot / perRank)) {
        copies.get(slots[layer][slot]).add(slot);
      }
    }
    Shares[] shares = new Shares[experts];
    for (int expert = 0; expert < experts; expert++) {
      int[] at = copies.get(expert).stream().mapToInt(Integer::intValue).toArray();
      int[] holders = IntStream.of(at).map(slot -> slot / perRank).toArray();
      int[] parts = IntStream.of(at).map(slot -> weight(layer, slot)).toArray();
      shares[expert] =
          IntStream.of(parts).anyMatch(part -> part > 0)
              ? Shares.of(holders, parts)
              : oneOf(holders, caller, expert);
    }
    return shares;
  }

  private int weight(int layer, int slot) {
    return weights[layer].length == 0 ? 0 : weights[layer][slot];
  }

  private static Shares oneOf(int[] holders, int caller, int expert) {
    if (holders.length == 0) {
      return Shares.NOBODY;
    }
    boolean own = IntStream.of(holders).anyMatch(holder -> holder == caller);
    return Shares.all(own ? caller : holders[(caller + expert) % holders.length]);
  }
}
