package dev.guildhall.engine.cpu;

import dev.guildhall.engine.model.ModelConfig;
import java.util.Arrays;

/**
 * Chooses experts (noaux_tc): sigmoid scores; a bias that counts in the choice only; the groups
 * with the largest sums of their two best biased scores stay, the others are out; of these the best
 * experts. The lowest index wins a tie. Weights are the unbiased scores, normalised and scaled.
 */
final class Router {
  private static final float EPSILON = 1e-20f;
  private final int experts;
  private final int chosen;
  private final int groups;
  private final int keptGroups;
  private final boolean normalize;
  private final float scale;
  private final float[] bias;

  Router(ModelConfig config, float[] bias) {
    this.experts = config.experts();
    this.chosen = config.expertsPerToken();
    this.groups = config.groups();
    this.keptGroups = config.keptGroups();
    this.normalize = config.normalizeWeights();
    this.scale = (float) config.routedScale();
    this.bias = bias;
  }

  /**
   * The choice for some rows.
   *
   * @param experts rows × top-k, ascending within a row
   * @param weights their weights
   */
  record Choice(int[] experts, float[] weights) {}

  /**
   * @param logits rows × experts, replaced by their scores
   */
  Choice choose(float[] logits, int rows) {
    int[] picked = new int[rows * chosen];
    float[] weights = new float[rows * chosen];
    float[] biased = new float[experts];
    float[] sums = new float[groups];
    for (int r = 0; r < rows; r++) {
      int row = r * experts;
      for (int e = 0; e < experts; e++) {
        logits[row + e] = Exp.sigmoid(logits[row + e]);
        biased[e] = logits[row + e] + bias[e];
      }
      keepGroups(biased, sums);
      int at = r * chosen;
      for (int k = 0; k < chosen; k++) {
        picked[at + k] = takeLargest(biased);
      }
      Arrays.sort(picked, at, at + chosen);
      weigh(logits, row, picked, weights, at);
    }
    return new Choice(picked, weights);
  }

  private void weigh(float[] scores, int row, int[] picked, float[] weights, int at) {
    float sum = 0f;
    for (int k = at; k < at + chosen; k++) {
      weights[k] = scores[row + picked[k]];
      sum += weights[k];
    }
    for (int k = at; k < at + chosen; k++) {
      weights[k] = (normalize ? weights[k] / (sum + EPSILON) : weights[k]) * scale;
    }
  }

  private void keepGroups(float[] biased, float[] sums) {
    if (keptGroups >= groups) {
      return;
    }
    int size = experts / groups;
    for (int g = 0; g < groups; g++) {
      float best = Float.NEGATIVE_INFINITY;
      float second = Float.NEGATIVE_INFINITY;
      for (int e = g * size; e < (g + 1) * size; e++) {
        if (biased[e] > best) {
          second = best;
          best = biased[e];
        } else if (biased[e] > second) {
          second = biased[e];
        }
      }
      sums[g] = size == 1 ? best : best + second;
    }
    boolean[] kept = new boolean[groups];
    for (int i = 0; i < keptGroups; i++) {
      kept[takeLargest(sums)] = true;
    }
    for (int e = 0; e < experts; e++) {
      if (!kept[e / size]) {
        biased[e] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /**
   * Index of the largest value, the first of equals, which is then out of the running. Not-a-number
   * is never larger, but an index always comes back: broken input shows in the logits.
   */
  private static int takeLargest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best] || Float.isNaN(values[best])) {
        best = i;
      }
    }
    values[best] = Float.NaN;
    return best;
  }
}
