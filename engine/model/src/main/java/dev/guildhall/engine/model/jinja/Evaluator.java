package dev.guildhall.engine.model.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes expressions. */
final class Evaluator {
  private final Budget budget;
  private final Filters filters;

  Evaluator(Budget budget) {
    this.budget = budget;
    this.filters = new Filters(budget);
  }

  Object eval(Expr expression, Scope scope) {
    budget.step();
    return switch (expression) {
      case Expr.Literal e -> e.value();
      case Expr.Name e -> scope.get(e.name());
      case Expr.ListOf e -> all(e.items(), scope);
      case Expr.DictOf e -> dict(e, scope);
      case Expr.Attribute e -> attribute(eval(e.of(), scope), e.name());
      case Expr.Item e -> item(eval(e.of(), scope), eval(e.key(), scope));
      case Expr.Slice e ->
          Slices.slice(
              eval(e.of(), scope),
              bound(e.from(), scope),
              bound(e.to(), scope),
              bound(e.step(), scope));
      case Expr.Call e -> call(e, scope);
      case Expr.Filter e ->
          filters.apply(e.name(), eval(e.of(), scope), all(e.args(), scope), all(e.named(), scope));
      case Expr.Test e -> Tests.apply(e.name(), eval(e.of(), scope), all(e.args(), scope));
      case Expr.Not e -> !Values.truth(eval(e.of(), scope));
      case Expr.And e -> {
        Object left = eval(e.left(), scope);
        yield Values.truth(left) ? eval(e.right(), scope) : left;
      }
      case Expr.Or e -> {
        Object left = eval(e.left(), scope);
        yield Values.truth(left) ? left : eval(e.right(), scope);
      }
      case Expr.Choice e -> {
        if (Values.truth(eval(e.condition(), scope))) {
          yield eval(e.then(), scope);
        }
        yield e.otherwise() == null
            ? new Undefined("the value of an if without else")
            : eval(e.otherwise(), scope);
      }
      case Expr.Compare e -> compare(e, scope);
      case Expr.Binary e ->
          Arithmetic.apply(e.operator(), eval(e.left(), scope), eval(e.right(), scope), budget);
      case Expr.Negate e -> Arithmetic.apply("-", 0L, eval(e.of(), scope), budget);
    };
  }

  private List<Object> all(List<Expr> expressions, Scope scope) {
    List<Object> values = new ArrayList<>(expressions.size());
    expressions.forEach(e -> values.add(eval(e, scope)));
    return values;
  }

  private Map<String, Object> all(Map<String, Expr> expressions, Scope scope) {
    Map<String, Object> values = new LinkedHashMap<>();
    expressions.forEach((name, e) -> values.put(name, eval(e, scope)));
    return values;
  }

  private Object dict(Expr.DictOf e, Scope scope) {
    Map<Object, Object> dict = new LinkedHashMap<>();
    for (int i = 0; i < e.keys().size(); i++) {
      dict.put(eval(e.keys().get(i), scope), eval(e.values().get(i), scope));
    }
    return dict;
  }

  private Long bound(Expr expression, Scope scope) {
    Object value = expression == null ? null : eval(expression, scope);
    return value == null ? null : Values.integer(value, "a slice");
  }

  private Object call(Expr.Call e, Scope scope) {
    Object callee =
        e.callee() instanceof Expr.Attribute a
            ? method(eval(a.of(), scope), a.name())
            : eval(e.callee(), scope);
    if (callee instanceof Callable callable) {
      return callable.call(all(e.args(), scope), all(e.named(), scope));
    }
    throw Values.unusable(callee, "cannot be called");
  }

  private Object method(Object of, String name) {
    Callable method = Methods.find(of, name, budget);
    return method == null ? attribute(of, name) : method;
  }

  private static Object attribute(Object of, String name) {
    return switch (of) {
      case Undefined u -> throw u.used();
      case Namespace n -> n.attributes().getOrDefault(name, new Undefined(name));
      case Map<?, ?> m -> m.containsKey(name) ? m.get(name) : new Undefined(name);
      case null, default -> new Undefined(name);
    };
  }

  private static Object item(Object of, Object key) {
    return switch (of) {
      case Undefined u -> throw u.used();
      case Map<?, ?> m -> m.containsKey(key) ? m.get(key) : new Undefined(Values.text(key));
      case List<?> l when key instanceof Long i -> at(l, i);
      case String s when key instanceof Long i -> at(Values.characters(s), i);
      case Namespace n -> attribute(n, Values.text(key));
      case null, default -> new Undefined(Values.text(key));
    };
  }

  private static Object at(List<?> list, long index) {
    long place = index < 0 ? index + list.size() : index;
    return place < 0 || place >= list.size()
        ? new Undefined("item " + index)
        : list.get((int) place);
  }

  private boolean compare(Expr.Compare e, Scope scope) {
    Object left = eval(e.first(), scope);
    for (int i = 0; i < e.rest().size(); i++) {
      Object right = eval(e.rest().get(i), scope);
      boolean holds =
          switch (e.operators().get(i)) {
            case "==" -> Values.same(left, right);
            case "!=" -> !Values.same(left, right);
            case "in" -> Values.contains(right, left);
            case "not in" -> !Values.contains(right, left);
            case "<" -> Values.compare(left, right) < 0;
            case "<=" -> Values.compare(left, right) <= 0;
            case ">" -> Values.compare(left, right) > 0;
            default -> Values.compare(left, right) >= 0;
          };
      if (!holds) {
        return false;
      }
      left = right;
    }
    return true;
  }
}
