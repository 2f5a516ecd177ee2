package dev.guildhall.engine.model.reference;

import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.Weights;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Σ w_e FFN_e(x) over the chosen experts, plus the shared experts, which are not weighted. */
final class Mixture implements Block.Ffn {
  private final ModelConfig config;
  private final int layer;
  private final Linear gate;
  private final float[] bias;
  private final FeedForward[] experts;
  private final FeedForward shared;

  Mixture(Weights weights, String prefix, int layer) {
    this.config = weights.config();
    this.layer = layer;
    gate = Linear.of(weights, prefix + "gate.weight");
    bias = weights.floats(prefix + "gate.e_score_correction_bias");
    experts =
        IntStream.range(0, config.experts())
            .mapToObj(e -> FeedForward.of(weights, prefix + "experts." + e + "."))
            .toArray(FeedForward[]::new);
    shared = FeedForward.of(weights, prefix + "shared_experts.");
  }

  @Override
  public float[] apply(float[] x, Trace trace) {
    float[] logits = gate.apply(x);
    double[] scores = new double[logits.length];
    Arrays.setAll(scores, e -> 1 / (1 + Math.exp(-logits[e])));
    Router.Choice choice = Router.choose(config, scores, bias);
    trace.routed(layer, choice.experts(), choice.weights());
    double[] sum = new double[x.length];
    for (int i = 0; i < choice.experts().length; i++) {
      add(sum, experts[choice.experts()[i]].apply(x), choice.weights()[i]);
    }
    add(sum, shared.apply(x), 1);
    float[] out = new float[x.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) sum[i];
    }
    return out;
  }

  private static void add(double[] sum, float[] x, double weight) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * x[i];
    }
  }
}
