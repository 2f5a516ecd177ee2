package dev.guildhall.planner.plan;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whether an expert-to-slot map can be loaded by the ranks of a group. */
public final class PlacementCheck {

  private PlacementCheck() {}

  /**
   * The first thing that is wrong with {@code layers}, naming layer and expert; empty where nothing
   * is. All have equally many slots, and each rank an equal share of them.
   *
   * @param least redundant experts in each layer
   * @param most redundant experts in each layer; as {@code least} divides over the ranks
   */
  public static Optional<String> problem(
      List<List<Integer>> layers, ModelShape shape, int least, int most, int ranks) {
    if (layers.size() != shape.slottedLayers()) {
      return Optional.of(
          "spec.layers has %d layers, but the model has %d with experts"
              .formatted(layers.size(), shape.slottedLayers()));
    }
    int redundant = layers.getFirst().size() - shape.routedExperts();
    boolean fits = redundant >= least && redundant <= most && (redundant - least) % ranks == 0;
    int slots = shape.routedExperts() + (fits ? redundant : least);
    for (int layer = 0; layer < layers.size(); layer++) {
      var problem = problem(layers.get(layer), slots, shape.routedExperts(), slots / ranks);
      if (problem.isPresent()) {
        int number = layer;
        return problem.map(text -> "spec.layers[%d] %s".formatted(number, text));
      }
    }
    return Optional.empty();
  }

  /** The first weights that do not belong to {@code layers}; they may be left out. */
  public static Optional<String> problem(List<List<Integer>> weights, List<List<Integer>> layers) {
    if (weights == null) {
      return Optional.empty();
    }
    if (weights.size() != layers.size()) {
      return Optional.of(
          "spec.weights has %d layers, but spec.layers has %d"
              .formatted(weights.size(), layers.size()));
    }
    return IntStream.range(0, layers.size())
        .mapToObj(layer -> problem(layer, weights.get(layer), layers.get(layer).size()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> problem(int layer, List<Integer> weights, int slots) {
    if (weights.size() != slots) {
      return Optional.of(
          "spec.weights[%d] has %d slots, but spec.layers[%d] has %d"
              .formatted(layer, weights.size(), layer, slots));
    }
    return IntStream.range(0, slots)
        .filter(slot -> weights.get(slot) < 0)
        .mapToObj(
            slot ->
                "spec.weights[%d][%d] is negative: %d".formatted(layer, slot, weights.get(slot)))
        .findFirst();
  }

  private static Optional<String> problem(
      List<Integer> layer, int slots, int experts, int slotsPerRank) {
    if (layer.size() != slots) {
      return Optional.of("has %d slots, but the deployment has %d".formatted(layer.size(), slots));
    }
    var placed = new BitSet();
    for (int slot = 0; slot < slots; slot++) {
      int expert = layer.get(slot);
      int first = slot - slot % slotsPerRank;
      if (expert < 0 || expert >= experts) {
        return Optional.of("names expert %d, but the model has %d".formatted(expert, experts));
      }
      if (layer.subList(first, slot).contains(expert)) {
        return Optional.of("has expert %d twice on rank %d".formatted(expert, slot / slotsPerRank));
      }
      placed.set(expert);
    }
    return placed.cardinality() == experts
        ? Optional.empty()
        : Optional.of("has no slot for expert %d".formatted(placed.nextClearBit(0)));
  }
}
