package dev.guildhall.engine.cpu;

import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.StepObserver;

/**
 * One decoder layer: attention, then a dense FFN or a mixture of experts, each on the normalised
 * state and added to it.
 *
 * @param dense null in a MoE layer
 * @param experts null in a dense layer
 */
record DecoderLayer(
    float[] attentionNorm,
    Attention attention,
    float[] ffnNorm,
    FeedForward dense,
    MixtureOfExperts experts,
    float eps) {

  /** Advances {@code x}, rows × hidden size, in place. */
  void forward(Compute compute, float[] x, Rows rows, ExpertCompute routed, StepObserver observer) {
    int n = rows.count();
    add(x, attention.forward(compute, compute.norm(x, n, attentionNorm, eps), rows));
    float[] normed = compute.norm(x, n, ffnNorm, eps);
    add(
        x,
        experts == null
            ? dense.forward(compute, normed, n)
            : experts.forward(compute, normed, n, routed, observer));
  }

  private static void add(float[] x, float[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
  }
}
