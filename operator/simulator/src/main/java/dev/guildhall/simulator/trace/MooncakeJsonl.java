package dev.guildhall.simulator.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Mooncake's traces: one JSON object per line, {@code timestamp} in milliseconds, {@code
 * input_length} and {@code output_length} in tokens, {@code hash_ids} of the prompt's 512-token
 * blocks (kvcache-ai/Mooncake, FAST25-release/traces).
 */
final class MooncakeJsonl implements LineFormat {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public boolean hasHeading() {
    return false;
  }

  @Override
  public Line read(String line) {
    JsonNode node = parse(line);
    long millis = number(node, "timestamp");
    if (millis < 0) {
      throw new IllegalArgumentException(
          "timestamp is %d, but must not be negative".formatted(millis));
    }
    return new Line(
        Math.multiplyExact(millis, 1000L),
        Text.tokens("input_length", number(node, "input_length")),
        Text.tokens("output_length", number(node, "output_length")),
        blocks(node.path("hash_ids")));
  }

  private static JsonNode parse(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      if (node == null || !node.isObject()) {
        throw new IllegalArgumentException("no JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static long number(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode()) {
      throw new IllegalArgumentException(name + " is missing");
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException(name + " is no whole number");
    }
    return value.longValue();
  }

  private static long[] blocks(JsonNode ids) {
    if (ids.isMissingNode()) {
      return new long[0];
    }
    if (!ids.isArray()) {
      throw new IllegalArgumentException("hash_ids is no array");
    }
    long[] blocks = new long[ids.size()];
    for (int i = 0; i < blocks.length; i++) {
      if (!ids.get(i).isIntegralNumber()) {
        throw new IllegalArgumentException("hash_ids[%d] is no whole number".formatted(i));
      }
      blocks[i] = ids.get(i).longValue();
    }
    return blocks;
  }
}
