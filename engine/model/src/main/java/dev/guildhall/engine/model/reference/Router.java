package dev.guildhall.engine.model.reference;

import dev.guildhall.engine.model.ModelConfig;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Chooses experts from their sigmoid scores (specification sheet §2.2): the bias takes part in the
 * choice only, a group counts as the sum of its two best, experts of other groups are out.
 */
final class Router {
  private Router() {}

  /**
   * A token's experts.
   *
   * @param experts ids, ascending
   * @param weights what each expert's output is multiplied by
   */
  record Choice(int[] experts, float[] weights) {}

  /** Chooses; equal scores go to the lower id. */
  static Choice choose(ModelConfig config, double[] scores, float[] bias) {
    double[] biased = new double[scores.length];
    Arrays.setAll(biased, e -> scores[e] + bias[e]);
    BitSet kept = keptGroups(config, biased);
    int[] experts =
        IntStream.range(0, scores.length)
            .filter(e -> kept.get(e / config.groupSize()))
            .boxed()
            .sorted((a, b) -> Double.compare(biased[b], biased[a]))
            .limit(config.expertsPerToken())
            .mapToInt(Integer::intValue)
            .sorted()
            .toArray();
    double sum = config.normalizeWeights() ? 1e-20 : 1;
    if (config.normalizeWeights()) {
      sum += Arrays.stream(experts).mapToDouble(e -> scores[e]).sum();
    }
    float[] weights = new float[experts.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (scores[experts[i]] / sum * config.routedScale());
    }
    return new Choice(experts, weights);
  }

  private static BitSet keptGroups(ModelConfig config, double[] biased) {
    BitSet kept = new BitSet();
    IntStream.range(0, config.groups())
        .boxed()
        .sorted(
            (a, b) -> Double.compare(groupScore(config, biased, b), groupScore(config, biased, a)))
        .limit(config.keptGroups())
        .forEach(kept::set);
    return kept;
  }

  private static double groupScore(ModelConfig config, double[] biased, int group) {
    int first = group * config.groupSize();
    double[] sorted = Arrays.copyOfRange(biased, first, first + config.groupSize());
    Arrays.sort(sorted);
    double best = sorted[sorted.length - 1];
    return sorted.length > 1 ? best + sorted[sorted.length - 2] : best;
  }
}
