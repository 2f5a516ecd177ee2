package dev.guildhall.engine.runtime;

import java.util.Arrays;

/**
 * Draws one sequence's tokens. The random number of a token depends only on the seed and the
 * token's position, so neither batching nor a preemption changes what is drawn.
 */
final class Sampler {
  private final SamplingParams params;
  private final long seed;

  Sampler(SamplingParams params, long seed) {
    this.params = params;
    this.seed = seed;
  }

  /**
   * Draws a token.
   *
   * @param logits the model's logits for this token; changed in place
   * @param history what came before it
   * @param position how many tokens were generated before it
   */
  int draw(float[] logits, TokenHistory history, int position) {
    if (params.penalizes()) {
      history.penalize(logits, params);
    }
    params.logitBias().forEach((id, bias) -> logits[id] += bias);
    return params.greedy() ? argmax(logits) : pick(logits, uniform(seed, position));
  }

  private int pick(float[] logits, double u) {
    int best = argmax(logits);
    double[] weight = new double[logits.length];
    int[] kept = new int[logits.length];
    int count = 0;
    for (int i = 0; i < logits.length; i++) {
      // Relative to the likeliest token, whose weight is 1.
      weight[i] = Math.exp(((double) logits[i] - logits[best]) / params.temperature());
      if (weight[i] > 0 && weight[i] >= params.minP()) {
        kept[count++] = i;
      }
    }
    if (params.topK() > 0 && params.topK() < count) {
      count = topK(kept, count, weight, params.topK());
    }
    if (params.topP() < 1) {
      count = topP(kept, count, weight, params.topP());
    }
    double left = u * sum(kept, count, weight);
    for (int i = 0; i < count; i++) {
      left -= weight[kept[i]];
      if (left < 0) {
        return kept[i];
      }
    }
    return kept[count - 1];
  }

  private static int topK(int[] kept, int count, double[] weight, int k) {
    sortByWeight(kept, count, weight);
    return k;
  }

  /** The shortest list of likeliest tokens that reaches the share. */
  private static int topP(int[] kept, int count, double[] weight, double share) {
    double total = sum(kept, count, weight);
    // Tokens below this hold less than 1 - share together, so none of them is needed to reach it.
    double least = (1 - share) * total / count;
    int candidates = 0;
    for (int i = 0; i < count; i++) {
      if (weight[kept[i]] >= least) {
        kept[candidates++] = kept[i];
      }
    }
    sortByWeight(kept, candidates, weight);
    double reached = 0;
    for (int i = 0; i < candidates; i++) {
      reached += weight[kept[i]];
      if (reached >= share * total) {
        return i + 1;
      }
    }
    return candidates;
  }

  private static double sum(int[] kept, int count, double[] weight) {
    double total = 0;
    for (int i = 0; i < count; i++) {
      total += weight[kept[i]];
    }
    return total;
  }

  /** Heaviest first, lower id first among equals. */
  private static void sortByWeight(int[] ids, int count, double[] weight) {
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      // Bits of positive floats sort as their values do.
      long heavyFirst = Integer.MAX_VALUE - (long) Float.floatToIntBits((float) weight[ids[i]]);
      keys[i] = heavyFirst << 32 | ids[i];
    }
    Arrays.sort(keys);
    for (int i = 0; i < count; i++) {
      ids[i] = (int) keys[i];
    }
  }

  static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  /** A number in [0, 1) from two rounds of SplitMix64's finalizer. */
  static double uniform(long seed, int position) {
    long bits = mix(mix(seed) + 0x9E3779B97F4A7C15L * (position + 1L));
    return (bits >>> 11) * 0x1.0p-53;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
