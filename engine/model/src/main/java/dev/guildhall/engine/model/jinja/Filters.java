package dev.guildhall.engine.model.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What may follow {@code |}. */
final class Filters {
  private static final int MAX_INDENT = 16;

  private final Budget budget;

  Filters(Budget budget) {
    this.budget = budget;
  }

  Object apply(String name, Object value, List<Object> args, Map<String, Object> named) {
    return switch (name) {
      case "default", "d" -> fallback(value, args, named);
      case "length", "count" -> Values.length(value);
      case "string" -> Values.text(value);
      case "safe" -> value;
      case "trim" -> StringMethods.strip(Values.text(value), args, true, true);
      case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
      case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
      case "capitalize" -> StringMethods.capitalize(Values.text(value));
      case "title" -> StringMethods.title(Values.text(value));
      case "replace" ->
          StringMethods.replace(
              Values.text(value), text(args, 0, name), text(args, 1, name), -1, budget);
      case "join" -> join(value, args, named);
      case "indent" -> indent(Values.text(value), args, named);
      case "tojson" -> json(value, args, named);
      case "int" -> integer(value);
      case "float" -> Double.parseDouble(Values.text(value));
      case "abs" ->
          value instanceof Long l ? Math.abs(l) : (Object) Math.abs((Double) numeric(value));
      case "list" -> Values.items(value);
      case "first" -> pick(Values.items(value), true);
      case "last" -> pick(Values.items(value), false);
      case "reverse" -> reversed(value);
      case "sort" -> sorted(Values.items(value), args, named);
      case "unique" -> unique(Values.items(value));
      case "items" -> Methods.pairs(mapping(value, name));
      case "dictsort" -> {
        List<Object> pairs = Methods.pairs(mapping(value, name));
        pairs.sort(
            Comparator.comparing(
                p -> Values.text(((List<?>) p).getFirst()).toLowerCase(Locale.ROOT)));
        yield pairs;
      }
      case "map" -> map(Values.items(value), args, named);
      case "select" -> select(Values.items(value), null, args, true);
      case "reject" -> select(Values.items(value), null, args, false);
      case "selectattr" -> select(Values.items(value), text(args, 0, name), rest(args), true);
      case "rejectattr" -> select(Values.items(value), text(args, 0, name), rest(args), false);
      default -> throw new TemplateException("the filter '" + name + "' is not supported");
    };
  }

  private static Object fallback(Object value, List<Object> args, Map<String, Object> named) {
    boolean falsyToo = Values.truth(args.size() > 1 ? args.get(1) : named.get("boolean"));
    boolean keep = !(value instanceof Undefined) && (!falsyToo || Values.truth(value));
    return keep
        ? value
        : args.isEmpty() ? named.getOrDefault("default_value", "") : args.getFirst();
  }

  private static String text(List<Object> args, int index, String name) {
    return Values.string(Methods.argument(args, index, name), name);
  }

  private static List<Object> rest(List<Object> args) {
    return args.subList(1, args.size());
  }

  private static Map<?, ?> mapping(Object value, String name) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    if (value instanceof Undefined && name.equals("items")) {
      return Map.of();
    }
    throw Values.unusable(value, "is not a dict: " + name + " needs one");
  }

  private static Object numeric(Object value) {
    if (value instanceof Double) {
      return value;
    }
    throw Values.unusable(value, "is not a number");
  }

  private Object join(Object value, List<Object> args, Map<String, Object> named) {
    Object items = value;
    if (named.containsKey("attribute")) {
      items = map(Values.items(value), List.of(), named);
    }
    return StringMethods.join(args.isEmpty() ? "" : text(args, 0, "join"), items, budget);
  }

  private Object indent(String text, List<Object> args, Map<String, Object> named) {
    Object width = args.isEmpty() ? named.getOrDefault("width", 4L) : args.getFirst();
    String space =
        width instanceof String s
            ? s
            : " ".repeat(Math.clamp(Values.integer(width, "indent"), 0, 100));
    boolean first = Values.truth(args.size() > 1 ? args.get(1) : named.get("first"));
    boolean blank = Values.truth(args.size() > 2 ? args.get(2) : named.get("blank"));
    String[] lines = text.split("\n", -1);
    budget.size(text.length() + (long) lines.length * space.length());
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < lines.length; i++) {
      boolean shifted = i == 0 ? first : blank || !lines[i].isEmpty();
      out.append(i == 0 ? "" : "\n").append(shifted ? space : "").append(lines[i]);
    }
    return out.toString();
  }

  private Object json(Object value, List<Object> args, Map<String, Object> named) {
    Object indent = args.isEmpty() ? named.get("indent") : args.getFirst();
    Integer width =
        indent == null ? null : Math.clamp(Values.integer(indent, "tojson"), 0, MAX_INDENT);
    String json =
        PythonJson.write(
            value,
            width,
            Values.truth(named.get("sort_keys")),
            Values.truth(named.get("ensure_ascii")));
    budget.size(json.length());
    return json;
  }

  private static Object integer(Object value) {
    return switch (value) {
      case Long l -> l;
      case Boolean b -> b ? 1L : 0L;
      case Double d -> d.longValue();
      case null, default -> {
        try {
          yield Long.parseLong(Values.text(value).strip());
        } catch (NumberFormatException e) {
          yield 0L;
        }
      }
    };
  }

  private static Object pick(List<Object> items, boolean first) {
    if (items.isEmpty()) {
      return new Undefined("an item of an empty list");
    }
    return first ? items.getFirst() : items.getLast();
  }

  private static Object reversed(Object value) {
    return value instanceof String s
        ? new StringBuilder(s).reverse().toString()
        : new ArrayList<>(Values.items(value).reversed());
  }

  private static Object sorted(List<Object> items, List<Object> args, Map<String, Object> named) {
    Object attribute = named.get("attribute");
    Comparator<Object> order =
        (a, b) ->
            attribute == null
                ? Values.compare(folded(a), folded(b))
                : Values.compare(folded(get(a, attribute)), folded(get(b, attribute)));
    boolean reverse = Values.truth(args.isEmpty() ? named.get("reverse") : args.getFirst());
    items.sort(reverse ? order.reversed() : order);
    return items;
  }

  private static Object folded(Object value) {
    return value instanceof String s ? s.toLowerCase(Locale.ROOT) : value;
  }

  private static Object unique(List<Object> items) {
    Map<Object, Object> seen = new LinkedHashMap<>();
    items.forEach(i -> seen.putIfAbsent(folded(i), i));
    return new ArrayList<>(seen.values());
  }

  private Object map(List<Object> items, List<Object> args, Map<String, Object> named) {
    List<Object> results = new ArrayList<>();
    Object attribute = named.get("attribute");
    for (Object item : items) {
      budget.step();
      if (attribute != null) {
        Object found = get(item, attribute);
        results.add(found instanceof Undefined ? named.getOrDefault("default", found) : found);
      } else {
        results.add(apply(text(args, 0, "map"), item, rest(args), named));
      }
    }
    return results;
  }

  private Object select(List<Object> items, String attribute, List<Object> args, boolean wanted) {
    List<Object> results = new ArrayList<>();
    for (Object item : items) {
      budget.step();
      Object value = attribute == null ? item : get(item, attribute);
      boolean holds =
          args.isEmpty()
              ? Values.truth(value)
              : Tests.apply(text(args, 0, "select"), value, rest(args));
      if (holds == wanted) {
        results.add(item);
      }
    }
    return results;
  }

  /** A dotted path of keys. */
  private static Object get(Object of, Object path) {
    Object value = of;
    for (String key : Values.text(path).split("\\.")) {
      value =
          value instanceof Map<?, ?> map && map.containsKey(key)
              ? map.get(key)
              : new Undefined(key);
    }
    return value;
  }
}
