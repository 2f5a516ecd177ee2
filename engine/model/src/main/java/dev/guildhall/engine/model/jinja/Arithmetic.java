package dev.guildhall.engine.model.jinja;

import java.util.ArrayList;
import java.util.List;

/** Binary operators on values, as in Python; results are charged to a budget. */
final class Arithmetic {
  private Arithmetic() {}

  static Object apply(String operator, Object left, Object right, Budget budget) {
    if (operator.equals("~")) {
      return concat(Values.text(left), Values.text(right), budget);
    }
    if (operator.equals("+") && left instanceof String a && right instanceof String b) {
      return concat(a, b, budget);
    }
    if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
      budget.size((long) a.size() + b.size());
      List<Object> both = new ArrayList<>(a);
      both.addAll(b);
      return both;
    }
    if (operator.equals("*") && left instanceof String text && right instanceof Long times) {
      budget.size(
          Math.multiplyExact((long) text.length(), Math.clamp(times, 0, Integer.MAX_VALUE)));
      return text.repeat(Math.clamp(times, 0, Integer.MAX_VALUE));
    }
    Number a = Values.number(left);
    Number b = Values.number(right);
    if (a == null || b == null) {
      Object wrong =
          left instanceof Undefined || a == null && !(right instanceof Undefined) ? left : right;
      throw Values.unusable(
          wrong,
          "does not go with '"
              + operator
              + "' and "
              + Values.typeName(wrong == left ? right : left));
    }
    try {
      return a instanceof Long x && b instanceof Long y && !operator.equals("/")
          ? whole(operator, x, y)
          : decimal(operator, a.doubleValue(), b.doubleValue());
    } catch (ArithmeticException e) {
      throw new TemplateException("'" + operator + "' overflows or divides by zero");
    }
  }

  private static String concat(String a, String b, Budget budget) {
    budget.size((long) a.length() + b.length());
    return a.concat(b);
  }

  private static Object whole(String operator, long a, long b) {
    return switch (operator) {
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "//" -> Math.floorDiv(a, b);
      case "%" -> Math.floorMod(a, b);
      default -> throw new IllegalStateException(operator);
    };
  }

  private static Object decimal(String operator, double a, double b) {
    if (b == 0 && (operator.startsWith("/") || operator.equals("%"))) {
      throw new ArithmeticException();
    }
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> a - Math.floor(a / b) * b;
      default -> throw new IllegalStateException(operator);
    };
  }
}
