package dev.guildhall.engine.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which rank holds which experts of each decoder layer. An expert may be held by several ranks; a
 * rank that holds it itself never asks another.
 */
public final class Placement {
  /** Stands for the owner of an expert that nobody holds. */
  static final int NOBODY = -1;

  private final long epoch;
  private final int ranks;
  private final int[][] slots;

  /**
   * @param epoch which placement this is
   * @param ranks among how many ranks the slots are shared equally
   * @param slots for each decoder layer, the MTP layer last if there is one, the expert in each
   *     slot; empty for a dense layer
   */
  Placement(long epoch, int ranks, int[][] slots) {
    this.epoch = epoch;
    this.ranks = ranks;
    this.slots = slots;
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
   * The rank that computes each expert of each layer for the caller: itself where it can, else a
   * holder chosen so that different callers choose different ones; {@link #NOBODY} where none of
   * those that are there holds it.
   */
  int[][] owners(int caller, int experts, BitSet there) {
    int[][] owners = new int[slots.length][];
    for (int layer = 0; layer < slots.length; layer++) {
      owners[layer] = slots[layer].length == 0 ? new int[0] : owners(layer, caller, experts, there);
    }
    return owners;
  }

  private int[] owners(int layer, int caller, int experts, BitSet there) {
    int share = slots[layer].length / ranks;
    int[] owners = new int[experts];
    for (int expert = 0; expert < experts; expert++) {
      BitSet holders = new BitSet();
      for (int slot = 0; slot < slots[layer].length; slot++) {
        if (slots[layer][slot] == expert) {
          holders.set(slot / share);
        }
      }
      holders.and(there);
      int pick = (caller + expert) % Math.max(1, holders.cardinality());
      owners[expert] =
          holders.get(caller) ? caller : holders.stream().skip(pick).findFirst().orElse(NOBODY);
    }
    return owners;
  }
}
