package dev.guildhall.engine.model.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs statements. */
final class Interpreter {
  /** How a list of nodes ended. */
  private enum Flow {
    NORMAL,
    BREAK,
    CONTINUE
  }

  private final Budget budget;
  private final Evaluator evaluator;
  private StringBuilder out = new StringBuilder();

  Interpreter(Budget budget) {
    this.budget = budget;
    this.evaluator = new Evaluator(budget);
  }

  String run(List<Node> nodes, Scope scope) {
    nodes(nodes, scope);
    return out.toString();
  }

  private Flow nodes(List<Node> nodes, Scope scope) {
    for (Node node : nodes) {
      budget.step();
      Flow flow = node(node, scope);
      if (flow != Flow.NORMAL) {
        return flow;
      }
    }
    return Flow.NORMAL;
  }

  private Flow node(Node node, Scope scope) {
    switch (node) {
      case Node.Text n -> print(n.text());
      case Node.Output n -> print(Values.text(eval(n.value(), scope, n.line())));
      case Node.If n -> {
        boolean holds = Values.truth(eval(n.condition(), scope, n.line()));
        return nodes(holds ? n.then() : n.otherwise(), scope);
      }
      case Node.For n -> {
        return loop(n, scope);
      }
      case Node.Assign n -> assign(n, scope);
      case Node.Capture n -> scope.set(n.target(), captured(n.body(), scope));
      case Node.Macro n -> scope.set(n.name(), macro(n, scope));
      case Node.Break n -> {
        return Flow.BREAK;
      }
      case Node.Continue n -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NORMAL;
  }

  private void print(String text) {
    budget.output(out.length(), text.length());
    out.append(text);
  }

  /** Errors of an expression get the line of its statement. */
  private Object eval(Expr expression, Scope scope, int line) {
    try {
      return evaluator.eval(expression, scope);
    } catch (TemplateRaisedException e) {
      throw e;
    } catch (TemplateException e) {
      throw e.getMessage().startsWith("line ") ? e : TemplateException.at(line, e.getMessage());
    }
  }

  private Flow loop(Node.For loop, Scope scope) {
    List<Object> items = new ArrayList<>();
    for (Object item : Values.items(eval(loop.items(), scope, loop.line()))) {
      Scope inner = new Scope(scope);
      unpack(loop.targets(), item, inner, loop.line());
      if (loop.condition() == null || Values.truth(eval(loop.condition(), inner, loop.line()))) {
        items.add(item);
      }
    }
    for (int i = 0; i < items.size(); i++) {
      budget.step();
      Scope inner = new Scope(scope);
      unpack(loop.targets(), items.get(i), inner, loop.line());
      inner.set("loop", LoopVariable.at(items, i));
      if (nodes(loop.body(), inner) == Flow.BREAK) {
        break;
      }
    }
    return items.isEmpty() ? nodes(loop.otherwise(), scope) : Flow.NORMAL;
  }

  private static void unpack(List<String> targets, Object value, Scope scope, int line) {
    if (targets.size() == 1) {
      scope.set(targets.getFirst(), value);
      return;
    }
    List<Object> parts = Values.items(value);
    if (parts.size() != targets.size()) {
      throw TemplateException.at(
          line, parts.size() + " values cannot be assigned to " + targets.size() + " names");
    }
    for (int i = 0; i < parts.size(); i++) {
      scope.set(targets.get(i), parts.get(i));
    }
  }

  private void assign(Node.Assign assign, Scope scope) {
    Object value = eval(assign.value(), scope, assign.line());
    if (assign.attribute() == null) {
      unpack(assign.targets(), value, scope, assign.line());
    } else if (scope.get(assign.targets().getFirst()) instanceof Namespace namespace) {
      namespace.attributes().put(assign.attribute(), value);
    } else {
      throw TemplateException.at(
          assign.line(),
          "only attributes of a namespace can be set, and "
              + assign.targets().getFirst()
              + " is none");
    }
  }

  private String captured(List<Node> body, Scope scope) {
    StringBuilder outer = out;
    out = new StringBuilder();
    try {
      nodes(body, new Scope(scope));
      return out.toString();
    } finally {
      out = outer;
    }
  }

  private Callable macro(Node.Macro macro, Scope scope) {
    return (args, named) -> {
      budget.enter();
      Scope inner = new Scope(scope);
      Map<String, Object> given = new HashMap<>(named);
      for (int i = 0; i < macro.parameters().size(); i++) {
        String name = macro.parameters().get(i);
        Expr fallback = macro.defaults().get(i);
        if (i < args.size()) {
          inner.set(name, args.get(i));
        } else if (given.containsKey(name)) {
          inner.set(name, given.get(name));
        } else {
          inner.set(name, fallback == null ? new Undefined(name) : evaluator.eval(fallback, inner));
        }
      }
      String text = captured(macro.body(), inner);
      budget.leave();
      return text;
    };
  }
}
