package dev.guildhall.engine.model.reference;

import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Multi-head latent attention in its naive form: keys and values of every head are computed from
 * the latent and kept (specification sheet §2.1, steps 1 to 4).
 */
final class Attention {
  private final ModelConfig config;
  private final Rope rope;
  private final Linear queryDown;
  private final Norm queryNorm;
  private final Linear queryUp;
  private final Linear latentDown;
  private final Norm latentNorm;
  private final Linear latentUp;
  private final Linear output;

  Attention(Weights weights, String prefix, Rope rope) {
    this.config = weights.config();
    this.rope = rope;
    boolean direct = config.queryRank() == 0;
    queryDown = direct ? null : Linear.of(weights, prefix + "q_a_proj.weight");
    queryNorm = direct ? null : Norm.of(weights, prefix + "q_a_layernorm.weight");
    queryUp = Linear.of(weights, prefix + (direct ? "q_proj.weight" : "q_b_proj.weight"));
    latentDown = Linear.of(weights, prefix + "kv_a_proj_with_mqa.weight");
    latentNorm = Norm.of(weights, prefix + "kv_a_layernorm.weight");
    latentUp = Linear.of(weights, prefix + "kv_b_proj.weight");
    output = Linear.of(weights, prefix + "o_proj.weight");
  }

  /**
   * What earlier tokens of a sequence left: for each, [k_nope; v] per head, and the shared k_rope.
   */
  static final class Past {
    private final List<float[]> keysAndValues = new ArrayList<>();
    private final List<float[]> ropeKeys = new ArrayList<>();
  }

  /** Attention of one token over {@code past} and itself; it is added to {@code past}. */
  float[] apply(float[] x, int position, Past past) {
    float[] query = query(x, position);
    remember(x, position, past);
    float[] heads = new float[config.heads() * config.valueDim()];
    for (int head = 0; head < config.heads(); head++) {
      head(head, query, past, heads);
    }
    return output.apply(heads);
  }

  /** Queries of all heads, each without rotary positions first, with them last. */
  private float[] query(float[] x, int position) {
    float[] query =
        queryDown == null ? queryUp.apply(x) : queryUp.apply(queryNorm.apply(queryDown.apply(x)));
    for (int head = 0; head < config.heads(); head++) {
      rope.turn(query, head * config.headDim() + config.nopeDim(), position);
    }
    return query;
  }

  private void remember(float[] x, int position, Past past) {
    float[] down = latentDown.apply(x);
    float[] latent = java.util.Arrays.copyOf(down, config.latentRank());
    float[] ropeKey = java.util.Arrays.copyOfRange(down, config.latentRank(), down.length);
    rope.turn(ropeKey, 0, position);
    past.keysAndValues.add(latentUp.apply(latentNorm.apply(latent)));
    past.ropeKeys.add(ropeKey);
  }

  private void head(int head, float[] query, Past past, float[] out) {
    int keyAt = head * (config.nopeDim() + config.valueDim());
    int queryAt = head * config.headDim();
    int tokens = past.ropeKeys.size();
    double[] scores = new double[tokens];
    double largest = Double.NEGATIVE_INFINITY;
    for (int t = 0; t < tokens; t++) {
      double dot = dot(query, queryAt, past.keysAndValues.get(t), keyAt, config.nopeDim());
      dot += dot(query, queryAt + config.nopeDim(), past.ropeKeys.get(t), 0, config.ropeDim());
      scores[t] = dot * config.softmaxScale();
      largest = Math.max(largest, scores[t]);
    }
    double sum = 0;
    for (int t = 0; t < tokens; t++) {
      scores[t] = Math.exp(scores[t] - largest);
      sum += scores[t];
    }
    for (int i = 0; i < config.valueDim(); i++) {
      double value = 0;
      for (int t = 0; t < tokens; t++) {
        value += scores[t] / sum * past.keysAndValues.get(t)[keyAt + config.nopeDim() + i];
      }
      out[head * config.valueDim() + i] = (float) value;
    }
  }

  private static double dot(float[] a, int aAt, float[] b, int bAt, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (double) a[aAt + i] * b[bAt + i];
    }
    return sum;
  }
}
