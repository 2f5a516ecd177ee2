package dev.guildhall.engine.model.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Writes values as Python's {@code json.dumps(value, ensure_ascii=False)} does. */
final class PythonJson {
  private final int indent;
  private final boolean sortKeys;
  private final boolean ascii;
  private final StringBuilder out = new StringBuilder();

  private PythonJson(Integer indent, boolean sortKeys, boolean ascii) {
    this.indent = indent == null ? -1 : indent;
    this.sortKeys = sortKeys;
    this.ascii = ascii;
  }

  /** {@code indent} null: everything on one line. */
  static String write(Object value, Integer indent, boolean sortKeys, boolean ascii) {
    PythonJson writer = new PythonJson(indent, sortKeys, ascii);
    writer.value(value, 0);
    return writer.out.toString();
  }

  private void value(Object value, int depth) {
    switch (value) {
      case null -> out.append("null");
      case Boolean b -> out.append(b);
      case Double d ->
          out.append(
              d.isNaN()
                  ? "NaN"
                  : d.isInfinite() ? (d > 0 ? "Infinity" : "-Infinity") : Values.decimal(d));
      case Number n -> out.append(n);
      case String s -> string(s);
      case Map<?, ?> m -> object(m, depth);
      case Collection<?> c -> array(c, depth);
      default -> throw Values.unusable(value, "cannot be written as JSON");
    }
  }

  private void object(Map<?, ?> map, int depth) {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (sortKeys) {
      entries.sort(Comparator.comparing(e -> Values.text(e.getKey())));
    }
    out.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : entries) {
      next(first, depth);
      first = false;
      string(entry.getKey() instanceof String s ? s : write(entry.getKey(), null, false, ascii));
      out.append(": ");
      value(entry.getValue(), depth + 1);
    }
    close(first, depth, '}');
  }

  private void array(Collection<?> items, int depth) {
    out.append('[');
    boolean first = true;
    for (Object item : items) {
      next(first, depth);
      first = false;
      value(item, depth + 1);
    }
    close(first, depth, ']');
  }

  private void next(boolean first, int depth) {
    if (!first) {
      out.append(indent < 0 ? ", " : ",");
    }
    newline(depth + 1);
  }

  private void close(boolean empty, int depth, char bracket) {
    if (!empty) {
      newline(depth);
    }
    out.append(bracket);
  }

  private void newline(int depth) {
    if (indent >= 0) {
      out.append('\n').append(" ".repeat(indent * depth));
    }
  }

  private void string(String text) {
    out.append('"');
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 32 || (ascii && c > 126)) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
