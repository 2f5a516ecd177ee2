package dev.guildhall.engine.cpu;

import static dev.guildhall.engine.model.TensorInventory.layerPrefix;

import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.Weights;
import java.lang.foreign.Arena;

/** Builds what every rank has of a model: all but the routed experts. */
final class ModelLoader {
  private final ModelConfig config;
  private final MatrixLoader tensors;
  private final LatentCache cache;
  private final Rope rope;

  private ModelLoader(Weights weights, LatentCache cache, Arena arena) {
    this.config = weights.config();
    this.tensors = new MatrixLoader(weights, arena);
    this.cache = cache;
    this.rope = new Rope(config);
  }

  /** Decoder layers, the MTP layer included where the folder has it. */
  static int layers(Weights weights) {
    return weights.config().layers() + (weights.hasMtp() ? 1 : 0);
  }

  static Model load(Weights weights, LatentCache cache, Arena arena) {
    return new ModelLoader(weights, cache, arena).load(weights.hasMtp());
  }

  private Model load(boolean mtp) {
    DecoderLayer[] layers = new DecoderLayer[config.layers()];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = layer(i);
    }
    return new Model(
        config,
        rope,
        tensors.matrix("model.embed_tokens.weight"),
        layers,
        tensors.vector("model.norm.weight"),
        tensors.matrix("lm_head.weight"),
        mtp ? mtp(config.layers()) : null);
  }

  private MtpLayer mtp(int index) {
    String prefix = layerPrefix(index);
    return new MtpLayer(
        tensors.vector(prefix + "enorm.weight"),
        tensors.vector(prefix + "hnorm.weight"),
        tensors.matrix(prefix + "eh_proj.weight"),
        layer(index),
        tensors.vector(prefix + "shared_head.norm.weight"));
  }

  private DecoderLayer layer(int index) {
    String prefix = layerPrefix(index);
    boolean moe = config.isMoe(index);
    return new DecoderLayer(
        tensors.vector(prefix + "input_layernorm.weight"),
        new Attention(config, attention(prefix + "self_attn."), rope, cache, index),
        tensors.vector(prefix + "post_attention_layernorm.weight"),
        moe ? null : tensors.ffn(prefix + "mlp."),
        moe ? experts(index, prefix + "mlp.") : null,
        (float) config.rmsEps());
  }

  private MixtureOfExperts experts(int layer, String prefix) {
    return new MixtureOfExperts(
        layer,
        tensors.matrix(prefix + "gate.weight"),
        new Router(config, tensors.vector(prefix + "gate.e_score_correction_bias")),
        tensors.ffn(prefix + "shared_experts."));
  }

  private AttentionWeights attention(String prefix) {
    boolean direct = config.queryRank() == 0;
    Matrix expand = tensors.matrix(prefix + "kv_b_proj.weight");
    int key = config.nopeDim();
    int block = key + config.valueDim();
    Matrix[] keyUp = new Matrix[config.heads()];
    Matrix[] valueUp = new Matrix[config.heads()];
    for (int h = 0; h < config.heads(); h++) {
      keyUp[h] = tensors.transposed(expand.rows(h * block, h * block + key));
      valueUp[h] = expand.rows(h * block + key, (h + 1) * block);
    }
    return new AttentionWeights(
        direct ? null : tensors.matrix(prefix + "q_a_proj.weight"),
        direct ? null : tensors.vector(prefix + "q_a_layernorm.weight"),
        tensors.matrix(prefix + (direct ? "q_proj.weight" : "q_b_proj.weight")),
        tensors.matrix(prefix + "kv_a_proj_with_mqa.weight"),
        tensors.vector(prefix + "kv_a_layernorm.weight"),
        keyUp,
        valueUp,
        tensors.matrix(prefix + "o_proj.weight"));
  }
}
