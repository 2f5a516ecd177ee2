package dev.guildhall.engine.model.jinja;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What may follow {@code is}. */
final class Tests {
  private Tests() {}

  static boolean apply(String name, Object value, List<Object> args) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "number" -> Values.number(value) != null;
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "mapping" -> value instanceof Map<?, ?>;
      case "sequence", "iterable" ->
          value instanceof Collection<?>
              || value instanceof Map<?, ?>
              || value instanceof String
              || value instanceof Undefined;
      case "callable" -> value instanceof Callable;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "odd" -> Math.floorMod(Values.integer(value, name), 2) == 1;
      case "even" -> Math.floorMod(Values.integer(value, name), 2) == 0;
      case "divisibleby" ->
          Math.floorMod(Values.integer(value, name), Values.integer(argument(name, args), name))
              == 0;
      case "eq", "equalto", "sameas", "==" -> Values.same(value, argument(name, args));
      case "ne", "!=" -> !Values.same(value, argument(name, args));
      case "lt", "lessthan", "<" -> Values.compare(value, argument(name, args)) < 0;
      case "gt", "greaterthan", ">" -> Values.compare(value, argument(name, args)) > 0;
      case "le", "<=" -> Values.compare(value, argument(name, args)) <= 0;
      case "ge", ">=" -> Values.compare(value, argument(name, args)) >= 0;
      case "in" -> Values.contains(argument(name, args), value);
      default -> throw new TemplateException("the test '" + name + "' is not supported");
    };
  }

  private static Object argument(String name, List<Object> args) {
    if (args.isEmpty()) {
      throw new TemplateException("the test '" + name + "' needs an argument");
    }
    return args.getFirst();
  }
}
