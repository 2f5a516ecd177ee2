package dev.guildhall.engine.model;

import dev.guildhall.engine.model.TensorSpec.Part;
import java.util.ArrayList;
import java.util.List;

/** The tensors, with names and shapes as published, that a configuration asks for. */
public final class TensorInventory {
  private final ModelConfig config;
  private final List<TensorSpec> specs = new ArrayList<>();
  private Part part = Part.MAIN;

  private TensorInventory(ModelConfig config) {
    this.config = config;
    long hidden = config.hiddenSize();
    plain("model.embed_tokens.weight", config.vocabSize(), hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      block(layer);
    }
    plain("model.norm.weight", hidden);
    plain("lm_head.weight", config.vocabSize(), hidden);
    for (int i = 0; i < config.mtpLayers(); i++) {
      mtp(config.layers() + i);
    }
  }

  /** Everything, the MTP layer and its copies included, scales not. */
  public static List<TensorSpec> of(ModelConfig config) {
    return List.copyOf(new TensorInventory(config).specs);
  }

  /** The scales of the quantisable tensors of {@code specs}. */
  public static List<TensorSpec> scales(List<TensorSpec> specs, Quantization quantization) {
    return specs.stream()
        .filter(TensorSpec::quantizable)
        .map(
            s ->
                new TensorSpec(
                    scaleName(s.name()),
                    quantization.scaleShape(s.shape()[0], s.shape()[1]),
                    s.part(),
                    false))
        .toList();
  }

  static String scaleName(String weight) {
    return weight + "_scale_inv";
  }

  /** Prefix of a layer's tensors. */
  public static String layerPrefix(int layer) {
    return "model.layers." + layer + ".";
  }

  private void mtp(int layer) {
    String prefix = layerPrefix(layer);
    long hidden = config.hiddenSize();
    part = Part.MTP;
    plain(prefix + "enorm.weight", hidden);
    plain(prefix + "hnorm.weight", hidden);
    plain(prefix + "eh_proj.weight", hidden, 2 * hidden);
    block(layer);
    plain(prefix + "shared_head.norm.weight", hidden);
    part = Part.MTP_COPY;
    plain(prefix + "embed_tokens.weight", config.vocabSize(), hidden);
    plain(prefix + "shared_head.head.weight", config.vocabSize(), hidden);
  }

  private void block(int layer) {
    String prefix = layerPrefix(layer);
    plain(prefix + "input_layernorm.weight", config.hiddenSize());
    attention(prefix + "self_attn.");
    plain(prefix + "post_attention_layernorm.weight", config.hiddenSize());
    if (!config.isMoe(layer)) {
      ffn(prefix + "mlp.", config.denseSize());
      return;
    }
    plain(prefix + "mlp.gate.weight", config.experts(), config.hiddenSize());
    plain(prefix + "mlp.gate.e_score_correction_bias", config.experts());
    for (int expert = 0; expert < config.experts(); expert++) {
      ffn(prefix + "mlp.experts." + expert + ".", config.expertSize());
    }
    ffn(prefix + "mlp.shared_experts.", config.sharedSize());
  }

  private void attention(String prefix) {
    long heads = config.heads();
    long hidden = config.hiddenSize();
    if (config.queryRank() == 0) {
      linear(prefix + "q_proj.weight", heads * config.headDim(), hidden);
    } else {
      linear(prefix + "q_a_proj.weight", config.queryRank(), hidden);
      plain(prefix + "q_a_layernorm.weight", config.queryRank());
      linear(prefix + "q_b_proj.weight", heads * config.headDim(), config.queryRank());
    }
    linear(prefix + "kv_a_proj_with_mqa.weight", config.cacheWidth(), hidden);
    plain(prefix + "kv_a_layernorm.weight", config.latentRank());
    linear(
        prefix + "kv_b_proj.weight",
        heads * (config.nopeDim() + config.valueDim()),
        config.latentRank());
    linear(prefix + "o_proj.weight", hidden, heads * config.valueDim());
  }

  private void ffn(String prefix, long inner) {
    linear(prefix + "gate_proj.weight", inner, config.hiddenSize());
    linear(prefix + "up_proj.weight", inner, config.hiddenSize());
    linear(prefix + "down_proj.weight", config.hiddenSize(), inner);
  }

  private void plain(String name, long... shape) {
    specs.add(new TensorSpec(name, shape, part, false));
  }

  private void linear(String name, long rows, long columns) {
    specs.add(new TensorSpec(name, new long[] {rows, columns}, part, true));
  }
}
