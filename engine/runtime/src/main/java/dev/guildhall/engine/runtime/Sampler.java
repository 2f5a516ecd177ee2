package dev.guildhall.engine.runtime;

import dev.guildhall.engine.backend.Draw;
import java.util.Optional;

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
   * How the backend may draw a token itself, or empty if more than its logits is needed, or they
   * are wanted.
   *
   * @param position how many tokens of the answer came before it
   */
  Optional<Draw> onBackend(int position) {
    return params.penalizes() || !params.logitBias().isEmpty() || params.logprobs()
        ? Optional.empty()
        : Optional.of(draw(position));
  }

  /**
   * Draws a token.
   *
   * @param logits the model's logits for this token; changed in place
   * @param history what came before it
   * @param position how many tokens of the answer came before it
   */
  int draw(float[] logits, TokenHistory history, int position) {
    if (params.penalizes()) {
      history.penalize(logits, params);
    }
    params.logitBias().forEach((id, bias) -> logits[id] += bias);
    return draw(position).from(logits, 0, logits.length);
  }

  private Draw draw(int position) {
    return params.greedy()
        ? Draw.GREEDY
        : new Draw(
            params.temperature(),
            params.topP(),
            params.topK(),
            params.minP(),
            uniform(seed, position));
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
