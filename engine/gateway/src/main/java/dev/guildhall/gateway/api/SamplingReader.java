package dev.guildhall.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reads the sampling fields that both endpoints share, with OpenAI's bounds; the common extensions
 * have vLLM's names.
 */
final class SamplingReader {

  private static final int MOST_BIASES = 1024;

  private SamplingReader() {}

  /**
   * Reads them.
   *
   * @param logprobs whether the endpoint's own field asks for log-probabilities
   */
  static Sampling read(Fields fields, boolean logprobs, int topLogprobs) {
    return new Sampling(
        number(fields, "temperature", 0, 2),
        number(fields, "top_p", 0, 1),
        topK(fields),
        number(fields, "min_p", 0, 1),
        fields.number("presence_penalty", 0, -2, 2),
        fields.number("frequency_penalty", 0, -2, 2),
        repetition(fields),
        fields.has("seed")
            ? OptionalLong.of(fields.integer("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE - 1024))
            : OptionalLong.empty(),
        logitBias(fields.get("logit_bias")),
        logprobs,
        topLogprobs,
        fields.flag("ignore_eos"),
        stopTokens(fields.get("stop_token_ids")));
  }

  private static Double number(Fields fields, String name, double min, double max) {
    return fields.has(name) ? fields.number(name, 0, min, max) : null;
  }

  /** -1 also means off, as some clients send it. */
  private static Integer topK(Fields fields) {
    return fields.has("top_k")
        ? (int) Math.max(0, fields.integer("top_k", 0, -1, Integer.MAX_VALUE))
        : null;
  }

  private static Double repetition(Fields fields) {
    if (!fields.has("repetition_penalty")) {
      return null;
    }
    double penalty = fields.number("repetition_penalty", 1, 0, 10);
    if (penalty == 0) {
      throw ApiException.invalid(
          "repetition_penalty", "`repetition_penalty` must be above 0; 1 turns it off.");
    }
    return penalty;
  }

  private static Map<Integer, Float> logitBias(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return Map.of();
    }
    if (!node.isObject() || node.size() > MOST_BIASES) {
      throw ApiException.invalid(
          "logit_bias", "`logit_bias` must map at most " + MOST_BIASES + " token ids to numbers.");
    }
    Map<Integer, Float> biases = new HashMap<>();
    for (Map.Entry<String, JsonNode> bias : node.properties()) {
      if (!bias.getKey().matches("[0-9]{1,9}")) {
        throw ApiException.invalid("logit_bias", "Keys of `logit_bias` must be token ids.");
      }
      double value = bias.getValue().isNumber() ? bias.getValue().asDouble() : Double.NaN;
      if (!(value >= -100 && value <= 100)) {
        throw ApiException.invalid(
            "logit_bias", "Values of `logit_bias` must be numbers between -100 and 100.");
      }
      biases.put(Integer.parseInt(bias.getKey()), (float) value);
    }
    return biases;
  }

  private static List<Integer> stopTokens(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return List.of();
    }
    if (!node.isArray() || node.size() > 64) {
      throw ApiException.invalid(
          "stop_token_ids", "`stop_token_ids` must be a list of at most 64 token ids.");
    }
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : node) {
      if (!id.isInt() || id.asInt() < 0) {
        throw ApiException.invalid(
            "stop_token_ids", "`stop_token_ids` must be a list of token ids.");
      }
      ids.add(id.asInt());
    }
    return List.copyOf(ids);
  }
}
