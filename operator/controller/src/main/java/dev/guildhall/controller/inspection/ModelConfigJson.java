package dev.guildhall.controller.inspection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.planner.plan.InvalidModelException;
import dev.guildhall.planner.plan.LatentAttention;
import dev.guildhall.planner.plan.ModelShape;

/** Reads what planning needs from a config.json in Hugging Face form. */
final class ModelConfigJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode root;

  private ModelConfigJson(JsonNode root) {
    this.root = root;
  }

  /**
   * The inspection's result.
   *
   * @throws InvalidModelException naming the field that is missing or impossible
   */
  static Inspection read(String digest, String config) {
    var json = new ModelConfigJson(parse(config));
    return new Inspection(digest, json.architecture(), json.shape(), json.stored());
  }

  private static JsonNode parse(String config) {
    try {
      return JSON.readTree(config);
    } catch (JsonProcessingException e) {
      throw new InvalidModelException("config.json is not JSON: " + e.getOriginalMessage());
    }
  }

  private String architecture() {
    return root.path("model_type").asText("");
  }

  private ModelShape shape() {
    return new ModelShape(
        integer("vocab_size"),
        integer("hidden_size"),
        integer("num_hidden_layers"),
        integer("first_k_dense_replace"),
        integer("intermediate_size"),
        integer("moe_intermediate_size"),
        integer("n_routed_experts"),
        optional("n_shared_experts", 0),
        integer("num_experts_per_tok"),
        new LatentAttention(
            integer("num_attention_heads"),
            optional("q_lora_rank", 0),
            integer("kv_lora_rank"),
            integer("qk_rope_head_dim"),
            integer("qk_nope_head_dim"),
            integer("v_head_dim")),
        optional("num_nextn_predict_layers", 0),
        root.path("tie_word_embeddings").asBoolean(false),
        integer("max_position_embeddings"));
  }

  private Inspection.StoredWeights stored() {
    var quantization = root.path("quantization_config");
    if (quantization.path("quant_method").asText("").equals("fp8")) {
      int rows = quantization.path("weight_block_size").path(0).asInt(128);
      int columns = quantization.path("weight_block_size").path(1).asInt(128);
      return new Inspection.StoredWeights(1, Math.max(1, rows * columns));
    }
    var type = root.path("torch_dtype").asText(root.path("dtype").asText("bfloat16"));
    return new Inspection.StoredWeights(type.equals("float32") ? 4 : 2, 0);
  }

  private int integer(String field) {
    var value = root.path(field);
    if (!value.canConvertToInt() || !value.isIntegralNumber()) {
      throw new InvalidModelException(
          "config.json: %s is %s, but must be a whole number"
              .formatted(field, value.isMissingNode() ? "missing" : value));
    }
    return value.intValue();
  }

  private int optional(String field, int otherwise) {
    return root.path(field).isMissingNode() || root.path(field).isNull()
        ? otherwise
        : integer(field);
  }
}
