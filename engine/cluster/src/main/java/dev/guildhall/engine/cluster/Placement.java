package dev.guildhall.engine.cluster;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which rank holds which experts of each decoder layer. An expert may be held by several ranks; a
 * rank that holds it itself never asks another.
 */
public final class Placement {
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
   * The rank that computes each expert of each layer for the caller: itself where it can, else a
   * holder chosen so that different callers choose different ones.
   */
  int[][] owners(int caller, int experts) {
    int[][] owners = new int[slots.length][];
    for (int layer = 0; layer < slots.length; layer++) {
      owners[layer] = slots[layer].length == 0 ? new int[0] : owners(layer, caller, experts);
    }
    return owners;
  }

  private int[] owners(int layer, int caller, int experts) {
    int share = slots[layer].length / ranks;
    int[] owners = new int[experts];
    for (int expert = 0; expert < experts; expert++) {
      BitSet holders = new BitSet();
      for (int slot = 0; slot < slots[layer].length; slot++) {
        if (slots[layer][slot] == expert) {
          holders.set(slot / share);
        }
      }
      int pick = (caller + expert) % holders.cardinality();
      owners[expert] =
          holders.get(caller) ? caller : holders.stream().skip(pick).findFirst().orElseThrow();
    }
    return owners;
  }
}
