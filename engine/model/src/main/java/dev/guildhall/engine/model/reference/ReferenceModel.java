package dev.guildhall.engine.model.reference;

import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.TensorInventory;
import dev.guildhall.engine.model.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The oracle: a forward pass that is meant to be read beside the specification, not to be fast. All
 * values are float32; sums are taken in double precision. Holds every weight as floats, so it suits
 * models of up to some hundred million parameters. Immutable; each {@link Sequence} belongs to one
 * thread.
 *
 * <p>Sources: DeepSeek-V3 technical report (arXiv 2412.19437) §2.1 and §2.2, and the tensor layout
 * of the released checkpoint.
 */
public final class ReferenceModel {
  private final ModelConfig config;
  private final Linear embedding;
  private final List<Block> layers = new ArrayList<>();
  private final Norm norm;
  private final Linear head;
  private final Mtp mtp;

  /** The multi-token-prediction layer; embedding and head are the main model's. */
  private record Mtp(Norm embeddingNorm, Norm hiddenNorm, Linear merge, Block block, Norm norm) {}

  /** Reads all weights, which may be closed afterwards. */
  public ReferenceModel(Weights weights) {
    config = weights.config();
    Rope rope = Rope.of(config);
    embedding = Linear.of(weights, "model.embed_tokens.weight");
    for (int layer = 0; layer < config.layers(); layer++) {
      layers.add(new Block(weights, layer, rope));
    }
    norm = Norm.of(weights, "model.norm.weight");
    head = Linear.of(weights, "lm_head.weight");
    mtp = weights.hasMtp() ? mtp(weights, rope) : null;
  }

  private static Mtp mtp(Weights weights, Rope rope) {
    String prefix = TensorInventory.layerPrefix(weights.mtpLayer());
    return new Mtp(
        Norm.of(weights, prefix + "enorm.weight"),
        Norm.of(weights, prefix + "hnorm.weight"),
        Linear.of(weights, prefix + "eh_proj.weight"),
        new Block(weights, weights.mtpLayer(), rope),
        Norm.of(weights, prefix + "shared_head.norm.weight"));
  }

  /** The architecture. */
  public ModelConfig config() {
    return config;
  }

  /** Whether {@link Sequence#draft} works. */
  public boolean hasMtp() {
    return mtp != null;
  }

  /** An empty sequence. */
  public Sequence sequence() {
    return new Sequence();
  }

  /**
   * What the model says of one token.
   *
   * @param logits of the next token, one per id of the vocabulary
   * @param normed state after the final norm
   * @param raw state before the final norm
   */
  public record Step(float[] logits, float[] normed, float[] raw) {}

  /** A sequence of tokens with the keys and values that they left. */
  public final class Sequence {
    private final List<Attention.Past> pasts = new ArrayList<>();
    private final Attention.Past draftPast = new Attention.Past();
    private int length;
    private int drafted;

    private Sequence() {
      layers.forEach(l -> pasts.add(new Attention.Past()));
    }

    /** Appends a token and predicts the next. */
    public Step append(int token, Trace trace) {
      float[] x = embed(token);
      for (int layer = 0; layer < layers.size(); layer++) {
        trace.hidden(layer, x);
        x = layers.get(layer).apply(x, length, pasts.get(layer), trace);
      }
      length++;
      float[] normed = norm.apply(x);
      trace.hidden(layers.size(), normed);
      return new Step(head.apply(normed), normed, x);
    }

    /** Appends tokens; one step for each. */
    public List<Step> append(int[] tokens, Trace trace) {
      return Arrays.stream(tokens).mapToObj(t -> append(t, trace)).toList();
    }

    /**
     * The MTP layer's prediction of token i+2 for the next i, counted from 0: from the main model's
     * state at i and the embedding of token i+1, whose position it takes.
     *
     * @param hidden state of token i, after the final norm in normal operation
     * @param next token i+1
     */
    public Step draft(float[] hidden, int next, Trace trace) {
      if (mtp == null) {
        throw new UnsupportedOperationException("the model has no MTP layer");
      }
      float[] both = new float[2 * config.hiddenSize()];
      System.arraycopy(mtp.embeddingNorm.apply(embed(next)), 0, both, 0, config.hiddenSize());
      System.arraycopy(
          mtp.hiddenNorm.apply(hidden), 0, both, config.hiddenSize(), config.hiddenSize());
      float[] x = mtp.block.apply(mtp.merge.apply(both), ++drafted, draftPast, trace);
      float[] normed = mtp.norm.apply(x);
      return new Step(head.apply(normed), normed, x);
    }
  }

  private float[] embed(int token) {
    if (token < 0 || token >= config.vocabSize()) {
      throw new IllegalArgumentException(
          "token " + token + " is outside the vocabulary of " + config.vocabSize());
    }
    int width = config.hiddenSize();
    return Arrays.copyOfRange(embedding.values(), token * width, (token + 1) * width);
  }
}
