package dev.guildhall.engine.cuda;

import static dev.guildhall.engine.model.TensorInventory.layerPrefix;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.Weights;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What every rank has of a model on the device: all but the routed experts.
 *
 * @param layers decoder layers, without the MTP layer
 * @param mtp null if the model has none
 */
record Model(
    ModelConfig config, Matrix embedding, List<Layer> layers, Buffer norm, Matrix head, Mtp mtp) {

  /** What the MTP layer has beside its decoder layer. */
  record Mtp(Buffer embeddingNorm, Buffer hiddenNorm, Matrix merge, Layer layer, Buffer norm) {}

  /**
   * Uploads all but the routed experts.
   *
   * @param form of attention, for which heads' weights and the cache are laid out
   * @param cache where the layers' pages lie
   * @param cacheTokens tokens that the pages hold
   */
  static Model load(
      Weights weights, WeightStore store, AttentionForm form, Allocator cache, int cacheTokens) {
    ModelConfig config = weights.config();
    int count = config.layers() + (weights.hasMtp() ? 1 : 0);
    Builder builder = new Builder(config, new Loader(weights, store), form, cache, cacheTokens);
    List<Layer> layers = IntStream.range(0, count).mapToObj(builder::layer).toList();
    return new Model(
        config,
        builder.tensors.table("model.embed_tokens.weight"),
        layers.subList(0, config.layers()),
        builder.tensors.vector("model.norm.weight"),
        builder.tensors.matrix("lm_head.weight"),
        weights.hasMtp() ? builder.mtp(layers.getLast()) : null);
  }

  private record Builder(
      ModelConfig config, Loader tensors, AttentionForm form, Allocator cache, int cacheTokens) {

    Mtp mtp(Layer layer) {
      String prefix = layerPrefix(layer.index());
      return new Mtp(
          tensors.vector(prefix + "enorm.weight"),
          tensors.vector(prefix + "hnorm.weight"),
          tensors.matrix(prefix + "eh_proj.weight"),
          layer,
          tensors.vector(prefix + "shared_head.norm.weight"));
    }

    Layer layer(int index) {
      String prefix = layerPrefix(index);
      boolean moe = config.isMoe(index);
      return new Layer(
          index,
          tensors.vector(prefix + "input_layernorm.weight"),
          attention(prefix + "self_attn."),
          tensors.vector(prefix + "post_attention_layernorm.weight"),
          moe ? null : ffn(prefix + "mlp."),
          moe ? mixture(index, prefix + "mlp.") : null,
          cache.allocate(
              (long) cacheTokens * config.cacheWidth() * form.cached.bytes,
              "the cache of layer " + index));
    }

    private Layer.Attention attention(String prefix) {
      boolean direct = config.queryRank() == 0;
      String expandName = prefix + "kv_b_proj.weight";
      HeadWeights heads = new HeadWeights(tensors, expandName, config);
      Matrix expand = form == AttentionForm.HOPPER ? heads.values() : tensors.matrix(expandName);
      return new Layer.Attention(
          direct ? null : tensors.matrix(prefix + "q_a_proj.weight"),
          direct ? null : tensors.vector(prefix + "q_a_layernorm.weight"),
          tensors.matrix(prefix + (direct ? "q_proj.weight" : "q_b_proj.weight")),
          tensors.matrix(prefix + "kv_a_proj_with_mqa.weight"),
          tensors.vector(prefix + "kv_a_layernorm.weight"),
          form == AttentionForm.HOPPER
              ? heads.keyUp(Matrix.Type.BF16)
              : heads.keyUp(expand.type() == Matrix.Type.BF16 ? Matrix.Type.BF16 : Matrix.Type.F32),
          expand,
          form == AttentionForm.HOPPER && HopperPrefill.fits(config) ? heads.keys() : null,
          tensors.matrix(prefix + "o_proj.weight"));
    }

    private Layer.Mixture mixture(int layer, String prefix) {
      return new Layer.Mixture(
          tensors.matrix(prefix + "gate.weight"),
          tensors.vector(prefix + "gate.e_score_correction_bias"),
          ffn(prefix + "shared_experts."),
          layer < config.layers() ? (layer - config.denseLayers()) * config.experts() : -1);
    }

    private FeedForward ffn(String prefix) {
      return new FeedForward(
          tensors.stack(prefix + "gate_proj.weight", prefix + "up_proj.weight"),
          tensors.matrix(prefix + "down_proj.weight"));
    }
  }
}
