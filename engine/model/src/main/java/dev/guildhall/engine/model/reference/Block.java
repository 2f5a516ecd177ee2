package dev.guildhall.engine.model.reference;

import dev.guildhall.engine.model.TensorInventory;
import dev.guildhall.engine.model.Weights;

/** A decoder layer: x += attention(norm(x)); x += ffn(norm(x)). */
final class Block {

  /** A dense network or a mixture of experts. */
  interface Ffn {
    float[] apply(float[] x, Trace trace);
  }

  private final Norm attentionNorm;
  private final Attention attention;
  private final Norm ffnNorm;
  private final Ffn ffn;

  Block(Weights weights, int layer, Rope rope) {
    String prefix = TensorInventory.layerPrefix(layer);
    attentionNorm = Norm.of(weights, prefix + "input_layernorm.weight");
    attention = new Attention(weights, prefix + "self_attn.", rope);
    ffnNorm = Norm.of(weights, prefix + "post_attention_layernorm.weight");
    ffn =
        weights.config().isMoe(layer)
            ? new Mixture(weights, prefix + "mlp.", layer)
            : FeedForward.of(weights, prefix + "mlp.");
  }

  /** The layer's output for one token. */
  float[] apply(float[] x, int position, Attention.Past past, Trace trace) {
    float[] middle = sum(x, attention.apply(attentionNorm.apply(x), position, past));
    return sum(middle, ffn.apply(ffnNorm.apply(middle), trace));
  }

  private static float[] sum(float[] a, float[] b) {
    float[] sum = new float[a.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }
}
