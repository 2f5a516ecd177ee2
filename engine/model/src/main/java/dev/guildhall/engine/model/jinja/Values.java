package dev.guildhall.engine.model.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Python's view of values: null is None, whole numbers are Long, others Double, text is String,
 * sequences are List, mappings are Map.
 */
final class Values {
  private Values() {}

  static boolean truth(Object value) {
    return switch (value) {
      case null -> false;
      case Boolean b -> b;
      case Number n -> n.doubleValue() != 0;
      case String s -> !s.isEmpty();
      case Collection<?> c -> !c.isEmpty();
      case Map<?, ?> m -> !m.isEmpty();
      case Undefined u -> false;
      default -> true;
    };
  }

  static String typeName(Object value) {
    return switch (value) {
      case null -> "None";
      case Boolean b -> "a boolean";
      case Number n -> "a number";
      case String s -> "a string";
      case Collection<?> c -> "a list";
      case Map<?, ?> m -> "a dict";
      case Namespace n -> "a namespace";
      default -> "a function";
    };
  }

  /** Python's str(). */
  static String text(Object value) {
    return switch (value) {
      case Undefined u -> "";
      case String s -> s;
      case null, default -> repr(value);
    };
  }

  /** Python's repr(). */
  static String repr(Object value) {
    return switch (value) {
      case null -> "None";
      case Boolean b -> b ? "True" : "False";
      case Double d -> decimal(d);
      case String s -> quoted(s);
      case Collection<?> c -> {
        List<String> items = new ArrayList<>();
        c.forEach(i -> items.add(repr(i)));
        yield "[" + String.join(", ", items) + "]";
      }
      case Map<?, ?> m -> {
        List<String> items = new ArrayList<>();
        m.forEach((k, v) -> items.add(repr(k) + ": " + repr(v)));
        yield "{" + String.join(", ", items) + "}";
      }
      case Undefined u -> "Undefined";
      case Callable c -> "<function>";
      default -> value.toString();
    };
  }

  static String decimal(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e16)) {
      String[] parts = Double.toString(value).split("E");
      int exponent = Integer.parseInt(parts[1]);
      String mantissa = parts[0].endsWith(".0") ? parts[0].replace(".0", "") : parts[0];
      return mantissa + (exponent < 0 ? "e-" : "e+") + "%02d".formatted(Math.abs(exponent));
    }
    String plain = new java.math.BigDecimal(Double.toString(value)).toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                  if (c == quote) {
                    out.append('\\').append(quote);
                  } else if (c < 32 || c == 127) {
                    out.append("\\x%02x".formatted(c));
                  } else {
                    out.appendCodePoint(c);
                  }
                }
              }
            });
    return out.append(quote).toString();
  }

  static boolean same(Object a, Object b) {
    if (number(a) != null && number(b) != null) {
      return number(a).doubleValue() == number(b).doubleValue();
    }
    if (a instanceof Undefined && b instanceof Undefined) {
      return true;
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      Iterator<?> other = y.iterator();
      return x.size() == y.size() && x.stream().allMatch(i -> same(i, other.next()));
    }
    return Objects.equals(a, b);
  }

  /** A number, booleans counting as 0 and 1; null for everything else. */
  static Number number(Object value) {
    return switch (value) {
      case Boolean b -> b ? 1L : 0L;
      case Double d -> d;
      case Long l -> l;
      case null, default -> null;
    };
  }

  static int compare(Object a, Object b) {
    if (number(a) != null && number(b) != null) {
      return Double.compare(number(a).doubleValue(), number(b).doubleValue());
    }
    if (a instanceof String x && b instanceof String y) {
      return x.compareTo(y);
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
        int order = compare(x.get(i), y.get(i));
        if (order != 0) {
          return order;
        }
      }
      return Integer.compare(x.size(), y.size());
    }
    throw unusable(a instanceof Undefined ? a : b, "cannot be compared with " + typeName(a));
  }

  static boolean contains(Object container, Object value) {
    return switch (container) {
      case String s -> {
        if (!(value instanceof String part)) {
          throw unusable(value, "cannot be searched for in a string");
        }
        yield s.contains(part);
      }
      case Collection<?> c -> c.stream().anyMatch(i -> same(i, value));
      case Map<?, ?> m -> m.containsKey(value);
      case Undefined u -> false;
      case null, default -> throw unusable(container, "contains nothing");
    };
  }

  /** What a loop runs over: items, keys of a mapping, characters of a string. */
  static List<Object> items(Object value) {
    return switch (value) {
      case Collection<?> c -> new ArrayList<>(c);
      case Map<?, ?> m -> new ArrayList<>(m.keySet());
      case String s -> new ArrayList<>(characters(s));
      case Undefined u -> List.of();
      case null, default -> throw unusable(value, "cannot be looped over");
    };
  }

  static List<String> characters(String text) {
    return text.codePoints().mapToObj(Character::toString).toList();
  }

  static long length(Object value) {
    return switch (value) {
      case String s -> s.codePointCount(0, s.length());
      case Map<?, ?> m -> m.size();
      case Collection<?> c -> c.size();
      case Undefined u -> 0;
      case null, default -> throw unusable(value, "has no length");
    };
  }

  static String string(Object value, String where) {
    if (value instanceof String text) {
      return text;
    }
    throw unusable(value, "is not a string: " + where + " needs one");
  }

  static long integer(Object value, String where) {
    return switch (value) {
      case Long l -> l;
      case Boolean b -> b ? 1 : 0;
      case null, default -> throw unusable(value, "is not a whole number: " + where + " needs one");
    };
  }

  static TemplateException unusable(Object value, String problem) {
    return value instanceof Undefined u
        ? u.used()
        : new TemplateException(typeName(value) + " " + problem);
  }
}
