package dev.guildhall.gateway.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What applies when a request does not say.
 *
 * @param temperature OpenAI's default of 1 when the model has none
 * @param topK 0: off
 * @param repetitionPenalty 1: off
 * @param endOfSequence ids that end a generation
 */
public record GenerationDefaults(
    double temperature,
    double topP,
    int topK,
    double minP,
    double repetitionPenalty,
    List<Integer> endOfSequence) {

  /**
   * Reads {@code generation_config.json}; {@code config.json} names the end-of-sequence ids when
   * the former does not.
   *
   * @param generation parsed {@code generation_config.json}, possibly missing
   * @param config parsed {@code config.json}
   */
  public static GenerationDefaults of(JsonNode generation, JsonNode config) {
    JsonNode eos =
        generation.hasNonNull("eos_token_id")
            ? generation.get("eos_token_id")
            : config.path("eos_token_id");
    List<Integer> ids = new ArrayList<>();
    if (eos.isArray()) {
      eos.forEach(id -> ids.add(id.asInt()));
    } else if (eos.isInt()) {
      ids.add(eos.asInt());
    }
    return new GenerationDefaults(
        generation.path("temperature").asDouble(1),
        generation.path("top_p").asDouble(1),
        Math.max(0, generation.path("top_k").asInt(0)),
        generation.path("min_p").asDouble(0),
        generation.path("repetition_penalty").asDouble(1),
        List.copyOf(ids));
  }
}
