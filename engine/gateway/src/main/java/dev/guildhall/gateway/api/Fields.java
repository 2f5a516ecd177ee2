package dev.guildhall.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads typed, bounded fields of a request; {@code null} counts as absent, as OpenAI has it. Every
 * refusal names the field.
 */
final class Fields {

  private final ObjectNode node;

  Fields(ObjectNode node) {
    this.node = node;
  }

  boolean has(String name) {
    return node.hasNonNull(name);
  }

  JsonNode get(String name) {
    return node.path(name);
  }

  String text(String name) {
    JsonNode value = node.path(name);
    if (!value.isTextual() || value.asText().isEmpty()) {
      throw ApiException.invalid(
          name,
          has(name)
              ? "`" + name + "` must be a string that is not empty."
              : "You must provide `" + name + "`.");
    }
    return value.asText();
  }

  boolean flag(String name) {
    if (!has(name)) {
      return false;
    }
    if (!node.get(name).isBoolean()) {
      throw ApiException.invalid(name, "`" + name + "` must be true or false.");
    }
    return node.get(name).asBoolean();
  }

  long integer(String name, long absent, long min, long max) {
    if (!has(name)) {
      return absent;
    }
    JsonNode value = node.get(name);
    if (!value.isIntegralNumber()
        && !(value.isNumber() && value.asDouble() == Math.rint(value.asDouble()))) {
      throw ApiException.invalid(name, "`" + name + "` must be an integer.");
    }
    if (!value.canConvertToLong() || value.asLong() < min || value.asLong() > max) {
      throw ApiException.invalid(
          name, bounds(name, Long.toString(min), Long.toString(max), min, max));
    }
    return value.asLong();
  }

  double number(String name, double absent, double min, double max) {
    if (!has(name)) {
      return absent;
    }
    JsonNode value = node.get(name);
    if (!value.isNumber()) {
      throw ApiException.invalid(name, "`" + name + "` must be a number.");
    }
    double number = value.asDouble();
    if (!(number >= min && number <= max)) {
      throw ApiException.invalid(
          name,
          String.format(
              Locale.ROOT, "`%s` must be between %s and %s.", name, plain(min), plain(max)));
    }
    return number;
  }

  /** A string or a list of strings, none of them empty. */
  List<String> texts(String name, int most, int longest) {
    if (!has(name)) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    JsonNode value = node.get(name);
    if (value.isArray() && value.size() > most) {
      throw ApiException.invalid(name, "`" + name + "` may hold at most " + most + " strings.");
    }
    for (JsonNode text : value.isArray() ? value : List.of(value)) {
      if (!text.isTextual()) {
        throw ApiException.invalid(name, "`" + name + "` must be a string or a list of strings.");
      }
      if (text.asText().isEmpty() || text.asText().length() > longest) {
        throw ApiException.invalid(
            name, "Strings in `" + name + "` must have 1 to " + longest + " characters.");
      }
      texts.add(text.asText());
    }
    return List.copyOf(texts);
  }

  private static String bounds(String name, String low, String high, long min, long max) {
    return max == Long.MAX_VALUE || max == Integer.MAX_VALUE
        ? "`" + name + "` must be at least " + low + "."
        : min == Long.MIN_VALUE
            ? "`" + name + "` must be at most " + high + "."
            : "`" + name + "` must be between " + low + " and " + high + ".";
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
