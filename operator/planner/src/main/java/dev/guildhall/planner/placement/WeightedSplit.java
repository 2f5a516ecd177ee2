package dev.guildhall.planner.placement;

import java.util.Arrays;

/**
 * What a placement reaches when an expert's tokens may be split unequally over its replicas.
 *
 * <p>Each expert in turn pours its tokens over its hosts as water, given what all others do, until
 * nothing moves. That minimises the sum of squared loads by blocks, and as loads over hosts of
 * replicas form a polymatroid its minimum has the lowest highest load too (Veinott's least
 * majorized element).
 */
public final class WeightedSplit {
  private static final int ROUNDS = 200;

  private WeightedSplit() {}

  /** Mean over layers of mean ÷ highest load with the best split. */
  public static double balance(ExpertMap placement, double[][] loads) {
    double sum = 0;
    for (int layer = 0; layer < loads.length; layer++) {
      var state = state(placement, layer, loads[layer]);
      pour(state);
      sum += Balance.of(state);
    }
    return sum / loads.length;
  }

  /**
   * The share of its expert's tokens that every slot of a layer should get; shares of one expert
   * add up to 1, and an expert without tokens is split equally.
   */
  static double[] weights(ExpertMap placement, int layer, double[] tokens) {
    var state = state(placement, layer, tokens);
    double[][] poured = pour(state);
    double[] weights = new double[state.slot.length];
    for (int expert = 0; expert < tokens.length; expert++) {
      for (int k = 0; k < state.replicas[expert]; k++) {
        int rank = state.hosts[expert][k];
        for (int i = rank * state.perRank; i < (rank + 1) * state.perRank; i++) {
          if (state.slot[i] == expert) {
            weights[i] =
                tokens[expert] > 0
                    ? poured[expert][k] / tokens[expert]
                    : 1.0 / state.replicas[expert];
          }
        }
      }
    }
    return weights;
  }

  private static Layer state(ExpertMap placement, int layer, double[] tokens) {
    var grid = placement.grid();
    return new Layer(grid, grid.nodeOfRank(), tokens, placement.slots(layer), null);
  }

  private static double[][] pour(Layer layer) {
    double[][] poured = new double[layer.tokens.length][];
    for (int expert = 0; expert < poured.length; expert++) {
      poured[expert] = new double[layer.replicas[expert]];
      Arrays.fill(poured[expert], layer.share[expert]);
    }
    double moved = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS && moved > 1e-6 * layer.mean; round++) {
      moved = 0;
      for (int expert = 0; expert < poured.length; expert++) {
        if (poured[expert].length > 1) {
          moved += pour(layer, expert, poured[expert]);
        }
      }
    }
    return poured;
  }

  private static double pour(Layer layer, int expert, double[] poured) {
    int[] hosts = layer.hosts[expert];
    double[] beneath = new double[poured.length];
    for (int k = 0; k < poured.length; k++) {
      beneath[k] = layer.load[hosts[k]] - poured[k];
    }
    double level = level(beneath, layer.tokens[expert]);
    double moved = 0;
    for (int k = 0; k < poured.length; k++) {
      double now = Math.max(0, level - beneath[k]);
      moved += Math.abs(now - poured[k]);
      poured[k] = now;
      layer.load[hosts[k]] = beneath[k] + now;
    }
    return moved;
  }

  /** How high {@code tokens} stand when poured over ground of these heights. */
  private static double level(double[] beneath, double tokens) {
    double[] ground = beneath.clone();
    Arrays.sort(ground);
    double sum = tokens;
    for (int k = 0; k < ground.length; k++) {
      sum += ground[k];
      double level = sum / (k + 1);
      if (k + 1 == ground.length || level <= ground[k + 1]) {
        return level;
      }
    }
    throw new IllegalStateException("no ground to pour on");
  }
}
