package dev.guildhall.planner.placement;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** How the tokens of an expert are split over its slots: equally, or in proportion to weights. */
public final class TokenSplit {
  /** Each replica of an expert gets equally many. */
  public static final TokenSplit EQUAL = new TokenSplit(null);

  private static final double WHOLE = 10_000;

  private final int[][] weights;

  private TokenSplit(int[][] weights) {
    this.weights = weights;
  }

  /**
   * By the weights of an ExpertPlacement.
   *
   * @param weights for each layer and slot, none negative; null for {@link #EQUAL}
   */
  public static TokenSplit of(List<List<Integer>> weights) {
    return weights == null
        ? EQUAL
        : new TokenSplit(
            weights.stream()
                .map(layer -> layer.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new));
  }

  /** What makes ranks most even on these loads, to a ten-thousandth of each expert's tokens. */
  public static TokenSplit best(ExpertMap placement, double[][] loads) {
    return new TokenSplit(
        IntStream.range(0, loads.length)
            .parallel()
            .mapToObj(layer -> best(placement, layer, loads[layer]))
            .toArray(int[][]::new));
  }

  private static int[] best(ExpertMap placement, int layer, double[] tokens) {
    var grid = placement.grid();
    int[] slots = placement.slots(layer);
    var poured = new PouredLayer(grid, grid.nodeOfRank(), tokens, slots, null);
    return IntStream.range(0, slots.length)
        .map(
            i -> {
              double all = tokens[slots[i]];
              double share = all > 0 ? poured.part[i] / all : 1.0 / poured.replicas[slots[i]];
              return (int) Math.round(WHOLE * share);
            })
        .toArray();
  }

  /** The form of an ExpertPlacement; empty where the split is equal. */
  public Optional<List<List<Integer>>> asLists() {
    return Optional.ofNullable(weights)
        .map(w -> Arrays.stream(w).map(l -> IntStream.of(l).boxed().toList()).toList());
  }

  /** Tokens of each rank in one layer. */
  double[] loads(ExpertMap placement, int layer, double[] tokens) {
    int[] slots = placement.slots(layer);
    double[] sum = new double[tokens.length];
    int[] copies = new int[tokens.length];
    for (int slot = 0; slot < slots.length; slot++) {
      sum[slots[slot]] += weight(layer, slot);
      copies[slots[slot]]++;
    }
    double[] loads = new double[placement.grid().ranks()];
    int perRank = placement.grid().slotsPerRank();
    for (int slot = 0; slot < slots.length; slot++) {
      int expert = slots[slot];
      double share = sum[expert] > 0 ? weight(layer, slot) / sum[expert] : 1.0 / copies[expert];
      loads[slot / perRank] += tokens[expert] * share;
    }
    return loads;
  }

  private double weight(int layer, int slot) {
    return weights == null ? 1 : weights[layer][slot];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenSplit that && Arrays.deepEquals(weights, that.weights);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(weights);
  }
}
