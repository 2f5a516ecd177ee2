package dev.guildhall.engine.cuda;

import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.TensorInventory;
import dev.guildhall.engine.model.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A model of random weights with DeepSeek-V3's latent (512 values and 64 rotated ones) and all else
 * small: a dense layer, a layer of four experts of which each token takes all, so that rounding
 * never makes the router choose others, and an MTP layer.
 */
final class RandomModel {
  private static final String CONFIG =
      """
      {"architectures": ["DeepseekV3ForCausalLM"], "model_type": "deepseek_v3", "torch_dtype": "bfloat16",
       "scoring_func": "sigmoid", "topk_method": "noaux_tc", "moe_layer_freq": 1, "vocab_size": 320,
       "hidden_size": 256, "intermediate_size": 256, "moe_intermediate_size": 128, "num_hidden_layers": 2,
       "num_attention_heads": 4, "num_key_value_heads": 4, "n_shared_experts": 1, "n_routed_experts": 4,
       "routed_scaling_factor": 1.0, "kv_lora_rank": 512, "q_lora_rank": %s, "qk_rope_head_dim": 64,
       "v_head_dim": %d, "qk_nope_head_dim": %d, "n_group": 1, "topk_group": 1, "num_experts_per_tok": 4,
       "first_k_dense_replace": 1, "norm_topk_prob": true, "hidden_act": "silu",
       "max_position_embeddings": 1024, "initializer_range": 0.02, "rms_norm_eps": 1e-06,
       "tie_word_embeddings": false, "rope_theta": 10000.0, "rope_scaling": null, "attention_bias": false,
       "num_nextn_predict_layers": 1, "bos_token_id": 0, "eos_token_id": 1%s}
      """;

  private static final String FP8 =
      """
      , "quantization_config": {"activation_scheme": "dynamic", "fmt": "e4m3", "quant_method": "fp8",
        "weight_block_size": [128, 128]}""";

  private final Random random = new Random(11);
  private final boolean fp8;
  private final StringBuilder header = new StringBuilder("{");
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  private RandomModel(boolean fp8) {
    this.fp8 = fp8;
  }

  /**
   * Writes it.
   *
   * @param fp8 whether what can be is e4m3 with block scales; else all is BF16
   * @param queryRank null: queries are projected directly
   */
  static Path write(Path folder, boolean fp8, Integer queryRank) throws IOException {
    return write(folder, fp8, queryRank, 64, 48);
  }

  /**
   * The same with heads of another size.
   *
   * @param nope values of a head's key beside the 64 rotated ones
   * @param value values of a head's value
   */
  static Path write(Path folder, boolean fp8, Integer queryRank, int nope, int value)
      throws IOException {
    String config = CONFIG.formatted(queryRank, value, nope, fp8 ? FP8 : "");
    Files.writeString(folder.resolve("config.json"), config);
    new RandomModel(fp8).write(folder);
    return folder;
  }

  private void write(Path folder) throws IOException {
    ModelConfig config = ModelConfig.read(folder);
    List<TensorSpec> weights = TensorInventory.of(config);
    List<TensorSpec> all = new ArrayList<>(weights);
    config.quantization().ifPresent(q -> all.addAll(TensorInventory.scales(weights, q)));
    for (TensorSpec spec : all) {
      if (spec.part() != TensorSpec.Part.MTP_COPY) {
        add(spec);
      }
    }
    header.setLength(header.length() - 1);
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(json.length).flip();
    try (var out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
      out.write(length.array());
      out.write(json);
      data.writeTo(out);
    }
  }

  private void add(TensorSpec spec) {
    boolean scale = spec.name().endsWith("_scale_inv");
    boolean quantized = fp8 && spec.quantizable();
    String type = scale ? "F32" : quantized ? "F8_E4M3" : "BF16";
    int from = data.size();
    data.writeBytes(scale ? scales(spec) : quantized ? bytes(spec) : values(spec));
    header.append(
        "\"%s\": {\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": [%d, %d]},"
            .formatted(
                spec.name(),
                type,
                Stream.of(spec.shape()).map(java.util.Arrays::toString).findFirst().orElseThrow(),
                from,
                data.size()));
  }

  private byte[] scales(TensorSpec spec) {
    ByteBuffer out = ByteBuffer.allocate(4 * (int) spec.size()).order(ByteOrder.LITTLE_ENDIAN);
    while (out.hasRemaining()) {
      out.putFloat(0.02f + 0.02f * random.nextFloat());
    }
    return out.array();
  }

  /** Up to 3.75 and either sign. */
  private byte[] bytes(TensorSpec spec) {
    byte[] out = new byte[(int) spec.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) (random.nextInt(0x48) | random.nextInt(2) << 7);
    }
    return out;
  }

  /** About as large as keeps a row's size; norms are near 1. */
  private byte[] values(TensorSpec spec) {
    boolean vector = spec.shape().length == 1;
    double size = vector ? 0.1 : 1 / Math.sqrt(spec.shape()[1]);
    double middle = spec.name().contains("norm") ? 1 : 0;
    short[] out = new short[(int) spec.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = Numbers.bf16((float) (middle + size * random.nextGaussian()));
    }
    return Numbers.bytes(out);
  }
}
