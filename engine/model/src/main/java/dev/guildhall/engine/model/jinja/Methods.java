package dev.guildhall.engine.model.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Methods of strings and mappings that do not change them. */
final class Methods {
  private Methods() {}

  /** The method of that name, or null if the value has none. */
  static Callable find(Object of, String name, Budget budget) {
    return switch (of) {
      case String s -> StringMethods.find(s, name, budget);
      case Map<?, ?> m -> ofMap(m, name);
      case List<?> l -> ofList(l, name);
      case null, default -> null;
    };
  }

  private static Callable ofMap(Map<?, ?> map, String name) {
    return switch (name) {
      case "get" ->
          (args, named) ->
              map.containsKey(argument(args, 0, name))
                  ? map.get(args.getFirst())
                  : args.size() > 1 ? args.get(1) : null;
      case "keys" -> (args, named) -> new ArrayList<Object>(map.keySet());
      case "values" -> (args, named) -> new ArrayList<Object>(map.values());
      case "items" -> (args, named) -> pairs(map);
      default -> null;
    };
  }

  private static Callable ofList(List<?> list, String name) {
    return switch (name) {
      case "index" ->
          (args, named) -> {
            for (int i = 0; i < list.size(); i++) {
              if (Values.same(list.get(i), argument(args, 0, name))) {
                return (long) i;
              }
            }
            throw new TemplateException("the list does not hold what index() looks for");
          };
      case "count" ->
          (args, named) ->
              list.stream().filter(i -> Values.same(i, argument(args, 0, name))).count();
      default -> null;
    };
  }

  static List<Object> pairs(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(pair(key, value)));
    return pairs;
  }

  private static List<Object> pair(Object key, Object value) {
    List<Object> pair = new ArrayList<>(2);
    pair.add(key);
    pair.add(value);
    return pair;
  }

  static Object argument(List<Object> args, int index, String function) {
    if (args.size() <= index) {
      throw new TemplateException(function + "() lacks argument " + (index + 1));
    }
    return args.get(index);
  }
}
