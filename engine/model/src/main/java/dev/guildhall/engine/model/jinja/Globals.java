package dev.guildhall.engine.model.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Functions that every template can call. */
final class Globals {
  private Globals() {}

  static void define(Scope scope, Budget budget) {
    scope.set(
        "raise_exception",
        (Callable)
            (args, named) -> {
              throw new TemplateRaisedException(
                  args.isEmpty() ? "the template refused its input" : Values.text(args.getFirst()));
            });
    scope.set(
        "namespace",
        (Callable)
            (args, named) -> {
              Namespace namespace = Namespace.of(named);
              if (!args.isEmpty() && args.getFirst() instanceof Map<?, ?> initial) {
                initial.forEach((k, v) -> namespace.attributes().put(Values.text(k), v));
              }
              return namespace;
            });
    scope.set("dict", (Callable) (args, named) -> new LinkedHashMap<Object, Object>(named));
    scope.set("range", (Callable) (args, named) -> range(args, budget));
  }

  private static List<Object> range(List<Object> args, Budget budget) {
    long first = args.size() > 1 ? Values.integer(args.get(0), "range()") : 0;
    long end = Values.integer(Methods.argument(args, args.size() > 1 ? 1 : 0, "range"), "range()");
    long step = args.size() > 2 ? Values.integer(args.get(2), "range()") : 1;
    if (step == 0) {
      throw new TemplateException("range() got the step 0");
    }
    List<Object> values = new ArrayList<>();
    for (long i = first; step > 0 ? i < end : i > end; i += step) {
      budget.step();
      values.add(i);
    }
    return values;
  }
}
