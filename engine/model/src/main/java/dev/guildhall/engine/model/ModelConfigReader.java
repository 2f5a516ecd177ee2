package dev.guildhall.engine.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and checks {@code config.json}. */
final class ModelConfigReader {
  private static final String ARCHITECTURE = "deepseek_v3";
  private static final int MAX_SIZE = 1 << 22;
  private static final long MAX_BYTES = 4 << 20;

  private final ConfigNode root;

  private ModelConfigReader(ConfigNode root) {
    this.root = root;
  }

  static ModelConfig read(Path folder) {
    Path file = folder.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      throw new ModelException(
          "no config.json in "
              + folder
              + ": expected a model folder in Hugging Face layout on this machine");
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ModelException("config.json is larger than " + MAX_BYTES + " bytes");
      }
      return of(Json.MAPPER.readTree(file.toFile()));
    } catch (JsonProcessingException e) {
      throw new ModelException("config.json is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ModelException("config.json cannot be read: " + e, e);
    }
  }

  static ModelConfig of(JsonNode json) {
    if (!json.isObject()) {
      throw new ModelException("config.json does not hold a JSON object");
    }
    return new ModelConfigReader(new ConfigNode("", json)).config();
  }

  private ModelConfig config() {
    checkArchitecture();
    int heads = root.size("num_attention_heads", MAX_SIZE);
    root.requireInt(
        "num_key_value_heads", heads, "every head has its own keys in this architecture");
    ConfigNode rope = root.firstObject("rope_scaling", "rope_parameters");
    int layers = root.size("num_hidden_layers", 10_000);
    int experts = root.size("n_routed_experts", 65_536);
    int groups = root.sizeOr("n_group", experts, 1);
    if (experts % groups != 0) {
      throw root.bad("n_group", groups + " does not divide n_routed_experts " + experts);
    }
    if (groups > 1 && experts / groups < 2) {
      throw root.bad("n_group", "leaves one expert per group; a group's score needs two");
    }
    int kept = root.sizeOr("topk_group", groups, 1);
    int perToken = root.size("num_experts_per_tok", Math.min(1024, kept * (experts / groups)));
    int ropeDim = root.size("qk_rope_head_dim", MAX_SIZE);
    if (ropeDim % 2 != 0) {
      throw root.bad("qk_rope_head_dim", ropeDim + " is odd; rotary positions turn pairs");
    }
    int vocab = root.size("vocab_size", MAX_SIZE);
    int maxPositions = root.size("max_position_embeddings", 1 << 30);
    double theta =
        root.has("rope_theta") || rope == null
            ? root.positive("rope_theta")
            : rope.positive("rope_theta");
    return new ModelConfig(
        vocab,
        root.size("hidden_size", MAX_SIZE),
        layers,
        root.integer("first_k_dense_replace", 0, layers),
        root.size("intermediate_size", MAX_SIZE),
        root.size("moe_intermediate_size", MAX_SIZE),
        experts,
        perToken,
        root.sizeOr("n_shared_experts", 1024, 1),
        groups,
        kept,
        root.positive("routed_scaling_factor"),
        root.flag("norm_topk_prob", true),
        heads,
        root.has("q_lora_rank") ? root.integer("q_lora_rank", 0, MAX_SIZE) : 0,
        root.size("kv_lora_rank", MAX_SIZE),
        root.size("qk_nope_head_dim", MAX_SIZE),
        ropeDim,
        root.size("v_head_dim", MAX_SIZE),
        root.positive("rms_norm_eps"),
        theta,
        rope == null ? Optional.empty() : rope(rope),
        maxPositions,
        root.has("num_nextn_predict_layers") ? root.integer("num_nextn_predict_layers", 0, 1) : 0,
        root.has("bos_token_id") ? root.integer("bos_token_id", 0, vocab - 1) : -1,
        eos(vocab),
        quantization());
  }

  private void checkArchitecture() {
    String type = root.text("model_type");
    if (!type.equals(ARCHITECTURE)) {
      String remote =
          root.has("auto_map") ? "; code that comes with a model (auto_map) is never run" : "";
      throw root.bad(
          "model_type", "unknown architecture '" + type + "', supported: " + ARCHITECTURE + remote);
    }
    root.requireText("scoring_func", "sigmoid");
    root.requireText("topk_method", "noaux_tc");
    root.requireText("hidden_act", "silu");
    root.requireInt("moe_layer_freq", 1, "every layer after the dense ones must have experts");
    root.requireFlag("attention_bias", false);
    root.requireFlag("tie_word_embeddings", false);
    root.requireFlag("rope_interleave", true);
  }

  private static Optional<Yarn> rope(ConfigNode rope) {
    String type = rope.has("rope_type") ? rope.text("rope_type") : rope.textOr("type", "default");
    if (type.equals("default")) {
      return Optional.empty();
    }
    if (!type.equals("yarn")) {
      throw rope.bad("type", "unknown scaling '" + type + "', supported: yarn");
    }
    rope.requireFlag("truncate", true);
    double factor = rope.positive("factor");
    if (factor < 1) {
      throw rope.bad("factor", factor + " is below 1");
    }
    double all = rope.numberOr("mscale_all_dim", 0);
    double one = rope.numberOr("mscale", 0);
    double amplitude =
        one != 0 && all != 0
            ? Yarn.mscale(factor, one) / Yarn.mscale(factor, all)
            : Yarn.mscale(factor, 1);
    double logit = all == 0 ? 1 : Yarn.mscale(factor, all);
    return Optional.of(
        new Yarn(
            factor,
            rope.size("original_max_position_embeddings", 1 << 30),
            rope.numberOr("beta_fast", 32),
            rope.numberOr("beta_slow", 1),
            rope.numberOr("attention_factor", amplitude),
            logit * logit));
  }

  private List<Integer> eos(int vocab) {
    List<Integer> ids = new ArrayList<>();
    if (!root.has("eos_token_id")) {
      return ids;
    }
    JsonNode value = root.json().get("eos_token_id");
    for (JsonNode id : value.isArray() ? value : List.of(value)) {
      if (!id.isIntegralNumber() || id.asLong() < 0 || id.asLong() >= vocab) {
        throw root.bad("eos_token_id", id + " is not a token id below " + vocab);
      }
      ids.add(id.asInt());
    }
    return List.copyOf(ids);
  }

  private Optional<Quantization> quantization() {
    ConfigNode node = root.firstObject("quantization_config");
    if (node == null) {
      return Optional.empty();
    }
    node.requireText("quant_method", "fp8");
    node.requireText("fmt", "e4m3");
    JsonNode block = node.json().path("weight_block_size");
    if (!block.isArray() || block.size() != 2) {
      throw node.bad("weight_block_size", "expected two sizes such as [128, 128]");
    }
    for (JsonNode size : block) {
      if (!size.isInt() || size.asInt() < 1 || size.asInt() > MAX_SIZE) {
        throw node.bad("weight_block_size", size + " is not a size from 1 to " + MAX_SIZE);
      }
    }
    boolean powers = node.textOr("scale_fmt", "").equals("ue8m0");
    return Optional.of(new Quantization(block.get(0).asInt(), block.get(1).asInt(), powers));
  }
}
