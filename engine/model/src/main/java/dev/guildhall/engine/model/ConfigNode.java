package dev.guildhall.engine.model;

import com.fasterxml.jackson.databind.JsonNode;

/** An object of {@code config.json} with accessors that name the field when a value is wrong. */
record ConfigNode(String prefix, JsonNode json) {

  InvalidConfigException bad(String field, String problem) {
    return new InvalidConfigException(prefix + field, problem);
  }

  boolean has(String field) {
    return json.hasNonNull(field);
  }

  /** The first of the named objects that is there, or null. */
  ConfigNode firstObject(String... fields) {
    for (String field : fields) {
      if (has(field)) {
        if (!json.get(field).isObject()) {
          throw bad(field, "expected an object");
        }
        return new ConfigNode(prefix + field + ".", json.get(field));
      }
    }
    return null;
  }

  private JsonNode required(String field) {
    if (!has(field)) {
      throw bad(field, "missing");
    }
    return json.get(field);
  }

  int integer(String field, int min, int max) {
    JsonNode value = required(field);
    if (!value.isIntegralNumber() || value.asDouble() < min || value.asDouble() > max) {
      throw bad(field, value + " is not a whole number from " + min + " to " + max);
    }
    return value.asInt();
  }

  int size(String field, int max) {
    return integer(field, 1, max);
  }

  int sizeOr(String field, int max, int fallback) {
    return has(field) ? size(field, max) : fallback;
  }

  double positive(String field) {
    double value = number(field, required(field));
    if (!(value > 0)) {
      throw bad(field, value + " is not above 0");
    }
    return value;
  }

  double numberOr(String field, double fallback) {
    return has(field) ? number(field, json.get(field)) : fallback;
  }

  private double number(String field, JsonNode value) {
    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
      throw bad(field, value + " is not a finite number");
    }
    return value.asDouble();
  }

  String text(String field) {
    JsonNode value = required(field);
    if (!value.isTextual()) {
      throw bad(field, value + " is not a string");
    }
    return value.asText();
  }

  String textOr(String field, String fallback) {
    return has(field) ? text(field) : fallback;
  }

  boolean flag(String field, boolean fallback) {
    if (has(field) && !json.get(field).isBoolean()) {
      throw bad(field, json.get(field) + " is neither true nor false");
    }
    return has(field) ? json.get(field).asBoolean() : fallback;
  }

  /** The field, where it is given, must have the only supported value. */
  void requireText(String field, String only) {
    if (has(field) && !text(field).equals(only)) {
      throw bad(field, "'" + text(field) + "' is not supported, only '" + only + "' is");
    }
  }

  void requireFlag(String field, boolean only) {
    if (flag(field, only) != only) {
      throw bad(field, !only + " is not supported, only " + only + " is");
    }
  }

  void requireInt(String field, int only, String why) {
    if (has(field) && integer(field, Integer.MIN_VALUE, Integer.MAX_VALUE) != only) {
      throw bad(field, json.get(field) + " is not supported, only " + only + " is: " + why);
    }
  }
}
