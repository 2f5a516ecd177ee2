package dev.guildhall.engine.cuda;

import static dev.guildhall.engine.model.TensorInventory.layerPrefix;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.Weights;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A rank's share of a model on the device.
 *
 * @param layers decoder layers, without the MTP layer
 * @param mtp null if the model has none
 */
record Model(
    ModelConfig config, Matrix embedding, List<Layer> layers, Buffer norm, Matrix head, Mtp mtp) {

  /** What the MTP layer has beside its decoder layer. */
  record Mtp(Buffer embeddingNorm, Buffer hiddenNorm, Matrix merge, Layer layer, Buffer norm) {}

  /**
   * Uploads.
   *
   * @param held for each decoder layer the experts to load; null: all
   * @param cache where the layers' pages lie
   * @param cacheTokens tokens that the pages hold
   */
  static Model load(
      Weights weights, List<BitSet> held, WeightStore store, Allocator cache, int cacheTokens) {
    ModelConfig config = weights.config();
    int count = config.layers() + (weights.hasMtp() ? 1 : 0);
    if (held != null && held.size() < count) {
      throw new IllegalArgumentException(
          "heldExperts names %d layers, the model has %d (the MTP layer included)"
              .formatted(held.size(), count));
    }
    Builder builder = new Builder(config, new Loader(weights, store), held, cache, cacheTokens);
    List<Layer> layers = IntStream.range(0, count).mapToObj(builder::layer).toList();
    return new Model(
        config,
        builder.tensors.table("model.embed_tokens.weight"),
        layers.subList(0, config.layers()),
        builder.tensors.vector("model.norm.weight"),
        builder.tensors.matrix("lm_head.weight"),
        weights.hasMtp() ? builder.mtp(layers.getLast()) : null);
  }

  /** For each decoder layer, the MTP layer last, its routed experts or null. */
  RoutedExperts[] routed() {
    Stream<Layer> last = mtp == null ? Stream.empty() : Stream.of(mtp.layer());
    return Stream.concat(layers.stream(), last)
        .map(l -> l.mixture() == null ? null : l.mixture().routed())
        .toArray(RoutedExperts[]::new);
  }

  private record Builder(
      ModelConfig config, Loader tensors, List<BitSet> held, Allocator cache, int cacheTokens) {

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
          cache.floats((long) cacheTokens * config.cacheWidth(), "the cache of layer " + index));
    }

    private Layer.Attention attention(String prefix) {
      boolean direct = config.queryRank() == 0;
      String expandName = prefix + "kv_b_proj.weight";
      Matrix expand = tensors.matrix(expandName);
      int block = config.nopeDim() + config.valueDim();
      return new Layer.Attention(
          direct ? null : tensors.matrix(prefix + "q_a_proj.weight"),
          direct ? null : tensors.vector(prefix + "q_a_layernorm.weight"),
          tensors.matrix(prefix + (direct ? "q_proj.weight" : "q_b_proj.weight")),
          tensors.matrix(prefix + "kv_a_proj_with_mqa.weight"),
          tensors.vector(prefix + "kv_a_layernorm.weight"),
          tensors.transposedParts(expand, expandName, config.heads(), block, config.nopeDim()),
          expand,
          tensors.matrix(prefix + "o_proj.weight"));
    }

    private Layer.Mixture mixture(int layer, String prefix) {
      return new Layer.Mixture(
          tensors.matrix(prefix + "gate.weight"),
          tensors.vector(prefix + "gate.e_score_correction_bias"),
          ffn(prefix + "shared_experts."),
          routed(layer, prefix + "experts."),
          layer < config.layers() ? (layer - config.denseLayers()) * config.experts() : -1);
    }

    private RoutedExperts routed(int layer, String prefix) {
      int[] slots = new int[config.experts()];
      Arrays.fill(slots, -1);
      int[] experts =
          IntStream.range(0, config.experts())
              .filter(e -> held == null || held.get(layer).get(e))
              .toArray();
      if (experts.length == 0) {
        return null;
      }
      for (int s = 0; s < experts.length; s++) {
        slots[experts[s]] = s;
      }
      String[] gateUp =
          Arrays.stream(experts)
              .boxed()
              .flatMap(
                  e ->
                      List.of(prefix + e + ".gate_proj.weight", prefix + e + ".up_proj.weight")
                          .stream())
              .toArray(String[]::new);
      String[] down =
          Arrays.stream(experts)
              .mapToObj(e -> prefix + e + ".down_proj.weight")
              .toArray(String[]::new);
      return new RoutedExperts(
          tensors.stack(gateUp),
          tensors.stack(down),
          tensors.ints(slots, "slots of layer " + layer),
          slots);
    }

    private FeedForward ffn(String prefix) {
      return new FeedForward(
          tensors.stack(prefix + "gate_proj.weight", prefix + "up_proj.weight"),
          tensors.matrix(prefix + "down_proj.weight"));
    }
  }
}
