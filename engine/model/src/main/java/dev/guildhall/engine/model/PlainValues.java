package dev.guildhall.engine.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings JSON-like values of any Java flavour to the types that templates know. */
final class PlainValues {
  private static final int MAX_DEPTH = 64;

  private PlainValues() {}

  static Object of(Object value) {
    return of(value, 0);
  }

  private static Object of(Object value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("values are nested more than " + MAX_DEPTH + " deep");
    }
    return switch (value) {
      case null -> null;
      case JsonNode json -> of(Json.MAPPER.convertValue(json, Object.class), depth);
      case Boolean b -> b;
      case Double d -> d;
      case Float f -> f.doubleValue();
      case java.math.BigDecimal d -> d.doubleValue();
      case Number n -> n.longValue();
      case Map<?, ?> m -> {
        Map<String, Object> copy = new LinkedHashMap<>();
        m.forEach((k, v) -> copy.put(String.valueOf(k), of(v, depth + 1)));
        yield copy;
      }
      case Iterable<?> items -> {
        List<Object> copy = new ArrayList<>();
        items.forEach(i -> copy.add(of(i, depth + 1)));
        yield copy;
      }
      default -> value.toString();
    };
  }
}
