package dev.guildhall.planner.placement;

import java.util.Arrays;

/** Tokens per layer and expert, as callers give them. */
final class Loads {

  private Loads() {}

  /**
   * That they are of the experts of a grid.
   *
   * @throws InvalidPlacementException naming the layer that does not fit
   */
  static void check(ExpertGrid grid, double[][] loads) {
    for (int layer = 0; layer < loads.length; layer++) {
      if (loads[layer].length != grid.experts()) {
        throw new InvalidPlacementException(
            "layer %d has loads of %d experts instead of %d"
                .formatted(layer, loads[layer].length, grid.experts()));
      }
      if (!Arrays.stream(loads[layer]).allMatch(load -> load >= 0 && Double.isFinite(load))) {
        throw new InvalidPlacementException(
            "layer %d has a load that is not a number of tokens".formatted(layer));
      }
    }
  }

  /**
   * That they are of the experts and layers of a placement.
   *
   * @throws InvalidPlacementException naming what does not fit
   */
  static void check(ExpertMap placement, double[][] loads) {
    check(placement.grid(), loads);
    if (loads.length != placement.layers()) {
      throw new InvalidPlacementException(
          "loads of %d layers, but %d are placed".formatted(loads.length, placement.layers()));
    }
  }
}
