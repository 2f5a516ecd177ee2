package dev.guildhall.engine.model.reference;

import dev.guildhall.engine.model.Weights;

/**
 * FFN(x) = W_down (silu(W_gate x) ⊙ W_up x).
 *
 * @param gate W_gate
 * @param up W_up
 * @param down W_down
 */
record FeedForward(Linear gate, Linear up, Linear down) implements Block.Ffn {

  static FeedForward of(Weights weights, String prefix) {
    return new FeedForward(
        Linear.of(weights, prefix + "gate_proj.weight"),
        Linear.of(weights, prefix + "up_proj.weight"),
        Linear.of(weights, prefix + "down_proj.weight"));
  }

  float[] apply(float[] x) {
    float[] g = gate.apply(x);
    float[] u = up.apply(x);
    for (int i = 0; i < g.length; i++) {
      g[i] = (float) (g[i] / (1 + Math.exp(-g[i])) * u[i]);
    }
    return down.apply(g);
  }

  @Override
  public float[] apply(float[] x, Trace trace) {
    return apply(x);
  }
}
