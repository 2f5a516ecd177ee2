package dev.guildhall.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The prompt of a completion: a string, a list of strings, a list of token ids, or a list of such
 * lists.
 */
final class PromptReader {

  private PromptReader() {}

  static List<Prompt> read(JsonNode prompt, int most) {
    if (prompt.isTextual()) {
      return List.of(text(prompt));
    }
    if (!prompt.isArray() || prompt.isEmpty()) {
      throw ApiException.invalid(
          "prompt", "You must provide `prompt`: a string, a list of strings, or token ids.");
    }
    if (prompt.get(0).isNumber()) {
      return List.of(tokens(prompt));
    }
    if (prompt.size() > most) {
      throw ApiException.invalid("prompt", "`prompt` may hold at most " + most + " prompts.");
    }
    List<Prompt> prompts = new ArrayList<>();
    for (JsonNode one : prompt) {
      prompts.add(one.isArray() ? tokens(one) : text(one));
    }
    return List.copyOf(prompts);
  }

  private static Prompt text(JsonNode node) {
    if (!node.isTextual()) {
      throw ApiException.invalid("prompt", "`prompt` must not mix strings and other values.");
    }
    return new Prompt.Text(node.asText());
  }

  private static Prompt tokens(JsonNode node) {
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : node) {
      if (!id.isInt() || id.asInt() < 0) {
        throw ApiException.invalid(
            "prompt", "Token ids in `prompt` must be integers of at least 0.");
      }
      ids.add(id.asInt());
    }
    if (ids.isEmpty()) {
      throw ApiException.invalid("prompt", "A list of token ids in `prompt` must not be empty.");
    }
    return new Prompt.Tokens(List.copyOf(ids));
  }
}
