package dev.guildhall.planner.placement;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** Which expert is in which slot of each layer: every expert somewhere, none twice on one rank. */
public final class ExpertMap {
  private final ExpertGrid grid;
  private final int[][] layers;

  private ExpertMap(ExpertGrid grid, int[][] layers) {
    this.grid = grid;
    this.layers = layers;
  }

  /**
   * A checked copy of {@code layers}.
   *
   * @throws InvalidPlacementException naming layer, slot or expert
   */
  public static ExpertMap of(ExpertGrid grid, int[][] layers) {
    int[][] copy = Arrays.stream(layers).map(int[]::clone).toArray(int[][]::new);
    for (int layer = 0; layer < copy.length; layer++) {
      check(grid, layer, copy[layer]);
    }
    return new ExpertMap(grid, copy);
  }

  /** What planning made, known to hold what this type promises. */
  static ExpertMap trusted(ExpertGrid grid, int[][] layers) {
    return new ExpertMap(grid, layers);
  }

  /** What it was made for. */
  public ExpertGrid grid() {
    return grid;
  }

  /** How many layers. */
  public int layers() {
    return layers.length;
  }

  /** The expert in each slot of a layer. */
  public int[] slots(int layer) {
    return layers[layer].clone();
  }

  /**
   * The same as lists: the form of an ExpertPlacement resource and of the ranks' placement file.
   */
  public List<List<Integer>> asLists() {
    return Arrays.stream(layers).map(slots -> IntStream.of(slots).boxed().toList()).toList();
  }

  /** Replicas on a rank that did not hold that expert in {@code before}: what has to be loaded. */
  public int movesFrom(ExpertMap before) {
    return IntStream.of(movesOfRanks(before)).sum();
  }

  /** The most replicas that a single rank has to load, coming from {@code before}. */
  public int mostMovesOfARank(ExpertMap before) {
    return IntStream.of(movesOfRanks(before)).max().orElse(0);
  }

  private int[] movesOfRanks(ExpertMap before) {
    int[] moves = new int[grid.ranks()];
    int perRank = grid.slotsPerRank();
    for (int layer = 0; layer < layers.length; layer++) {
      for (int slot = 0; slot < grid.slots(); slot++) {
        int first = slot - slot % perRank;
        int expert = layers[layer][slot];
        int[] old = before.layers[layer];
        if (IntStream.range(first, first + perRank).noneMatch(i -> old[i] == expert)) {
          moves[slot / perRank]++;
        }
      }
    }
    return moves;
  }

  private static void check(ExpertGrid grid, int layer, int[] slots) {
    if (slots.length != grid.slots()) {
      throw new InvalidPlacementException(
          "layer %d has %d slots instead of %d".formatted(layer, slots.length, grid.slots()));
    }
    var placed = new BitSet();
    var onRank = new BitSet();
    for (int slot = 0; slot < slots.length; slot++) {
      if (slot % grid.slotsPerRank() == 0) {
        onRank.clear();
      }
      int expert = slots[slot];
      if (expert < 0 || expert >= grid.experts()) {
        throw new InvalidPlacementException(
            "layer %d, slot %d: there is no expert %d".formatted(layer, slot, expert));
      }
      if (onRank.get(expert)) {
        throw new InvalidPlacementException(
            "layer %d: expert %d is twice on rank %d"
                .formatted(layer, expert, slot / grid.slotsPerRank()));
      }
      onRank.set(expert);
      placed.set(expert);
    }
    if (placed.cardinality() < grid.experts()) {
      throw new InvalidPlacementException(
          "layer %d: no slot holds expert %d".formatted(layer, placed.nextClearBit(0)));
    }
  }
}
