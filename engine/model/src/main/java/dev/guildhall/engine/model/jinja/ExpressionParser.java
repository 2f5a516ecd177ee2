package dev.guildhall.engine.model.jinja;

import dev.guildhall.engine.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses expressions by precedence, loosest first. */
final class ExpressionParser {
  private static final int MAX_DEPTH = 200;
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> RESERVED =
      Set.of("and", "or", "not", "in", "is", "if", "else", "elif");

  private final TokenStream tokens;
  private int depth;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** An expression; {@code a, b} without brackets is a tuple. */
  Expr tuple() {
    Expr first = expression();
    if (!tokens.at(",")) {
      return first;
    }
    List<Expr> items = new ArrayList<>(List.of(first));
    while (tokens.take(",") && startsExpression()) {
      items.add(expression());
    }
    return new Expr.ListOf(items);
  }

  private boolean startsExpression() {
    Kind kind = tokens.peek().kind();
    return kind != Kind.BLOCK_END && kind != Kind.OUTPUT_END && !tokens.at(")");
  }

  Expr expression() {
    if (++depth > MAX_DEPTH) {
      throw TemplateException.at(tokens.peek().line(), "expressions are nested too deeply");
    }
    Expr value = or();
    while (tokens.takeName("if")) {
      Expr condition = or();
      value = new Expr.Choice(condition, value, tokens.takeName("else") ? expression() : null);
    }
    depth--;
    return value;
  }

  /** An expression that leaves a following {@code if} to the statement, as in a for loop. */
  Expr or() {
    Expr left = and();
    while (tokens.takeName("or")) {
      left = new Expr.Or(left, and());
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (tokens.takeName("and")) {
      left = new Expr.And(left, not());
    }
    return left;
  }

  private Expr not() {
    if (!tokens.takeName("not")) {
      return compare();
    }
    if (++depth > MAX_DEPTH) {
      throw TemplateException.at(tokens.peek().line(), "expressions are nested too deeply");
    }
    Expr negated = new Expr.Not(not());
    depth--;
    return negated;
  }

  private Expr compare() {
    Expr first = sum();
    List<String> operators = new ArrayList<>();
    List<Expr> rest = new ArrayList<>();
    while (true) {
      if (tokens.peek().kind() == Kind.OPERATOR && COMPARISONS.contains(tokens.peek().text())) {
        operators.add(tokens.next().text());
      } else if (tokens.takeName("in")) {
        operators.add("in");
      } else if (tokens.atName("not") && tokens.peekAfter().is(Kind.NAME, "in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        return rest.isEmpty() ? first : new Expr.Compare(first, operators, rest);
      }
      rest.add(sum());
    }
  }

  private Expr sum() {
    Expr left = concat();
    while (tokens.at("+") || tokens.at("-")) {
      left = new Expr.Binary(tokens.next().text(), left, concat());
    }
    return left;
  }

  private Expr concat() {
    Expr left = product();
    while (tokens.take("~")) {
      left = new Expr.Binary("~", left, product());
    }
    return left;
  }

  private Expr product() {
    Expr left = unary(true);
    while (tokens.at("*") || tokens.at("/") || tokens.at("//") || tokens.at("%")) {
      left = new Expr.Binary(tokens.next().text(), left, unary(true));
    }
    return left;
  }

  /** A sign binds tighter than filters: {@code -1|abs} is {@code (-1)|abs}. */
  private Expr unary(boolean filters) {
    Expr value;
    if (++depth > MAX_DEPTH) {
      throw TemplateException.at(tokens.peek().line(), "expressions are nested too deeply");
    }
    if (tokens.take("-")) {
      value = new Expr.Negate(unary(false));
    } else if (tokens.take("+")) {
      value = unary(false);
    } else {
      value = postfix(primary());
    }
    depth--;
    return filters ? filtered(value) : value;
  }

  private Expr postfix(Expr value) {
    Expr result = value;
    while (true) {
      if (tokens.take(".")) {
        Token token = tokens.next();
        if (token.kind() == Kind.INTEGER) {
          result = new Expr.Item(result, new Expr.Literal(Long.parseLong(token.text())));
        } else if (token.kind() == Kind.NAME) {
          result = new Expr.Attribute(result, token.text());
        } else {
          throw TemplateException.at(token.line(), "expected a name after '.'");
        }
      } else if (tokens.take("[")) {
        result = subscript(result);
      } else if (tokens.at("(")) {
        Arguments arguments = arguments();
        result = new Expr.Call(result, arguments.positional(), arguments.named());
      } else {
        return result;
      }
    }
  }

  private Expr subscript(Expr of) {
    Expr from = tokens.at(":") ? null : expression();
    if (tokens.take("]")) {
      return new Expr.Item(of, from);
    }
    tokens.expect(":");
    Expr to = tokens.at(":") || tokens.at("]") ? null : expression();
    Expr step = tokens.take(":") && !tokens.at("]") ? expression() : null;
    tokens.expect("]");
    return new Expr.Slice(of, from, to, step);
  }

  private Expr filtered(Expr value) {
    Expr result = value;
    while (true) {
      if (tokens.take("|")) {
        String name = tokens.name();
        Arguments arguments = tokens.at("(") ? arguments() : Arguments.NONE;
        result = new Expr.Filter(result, name, arguments.positional(), arguments.named());
      } else if (tokens.takeName("is")) {
        result = test(result);
      } else if (tokens.at("(")) {
        Arguments arguments = arguments();
        result = new Expr.Call(result, arguments.positional(), arguments.named());
      } else {
        return result;
      }
    }
  }

  private Expr test(Expr of) {
    boolean negated = tokens.takeName("not");
    String name = tokens.name();
    List<Expr> args = List.of();
    Token next = tokens.peek();
    if (tokens.at("(")) {
      args = arguments().positional();
    } else if (next.kind() == Kind.STRING
        || next.kind() == Kind.INTEGER
        || next.kind() == Kind.FLOAT
        || tokens.at("[")
        || (next.kind() == Kind.NAME && !RESERVED.contains(next.text()))) {
      args = List.of(postfix(primary()));
    }
    Expr test = new Expr.Test(of, name, args);
    return negated ? new Expr.Not(test) : test;
  }

  private record Arguments(List<Expr> positional, Map<String, Expr> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());
  }

  private Arguments arguments() {
    tokens.expect("(");
    List<Expr> positional = new ArrayList<>();
    Map<String, Expr> named = new LinkedHashMap<>();
    while (!tokens.take(")")) {
      if (tokens.peek().kind() == Kind.NAME && tokens.peekAfter().is(Kind.OPERATOR, "=")) {
        String name = tokens.name();
        tokens.expect("=");
        named.put(name, expression());
      } else {
        positional.add(expression());
      }
      if (!tokens.at(")")) {
        tokens.expect(",");
      }
    }
    return new Arguments(positional, named);
  }

  private Expr primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case STRING -> strings(token);
      case INTEGER -> new Expr.Literal(integer(token));
      case FLOAT -> new Expr.Literal(Double.parseDouble(token.text()));
      case NAME -> name(token);
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> bracketed();
            case "[" -> new Expr.ListOf(items("]"));
            case "{" -> dict();
            default -> throw unexpected(token);
          };
      default -> throw unexpected(token);
    };
  }

  private static TemplateException unexpected(Token token) {
    return TemplateException.at(
        token.line(), "expected an expression but found '" + token.text() + "'");
  }

  private static Long integer(Token token) {
    try {
      return Long.valueOf(token.text());
    } catch (NumberFormatException e) {
      throw TemplateException.at(token.line(), token.text() + " is too large");
    }
  }

  private Expr strings(Token first) {
    StringBuilder text = new StringBuilder(first.text());
    while (tokens.peek().kind() == Kind.STRING) {
      text.append(tokens.next().text());
    }
    return new Expr.Literal(text.toString());
  }

  private static Expr name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expr.Literal(true);
      case "false", "False" -> new Expr.Literal(false);
      case "none", "None" -> new Expr.Literal(null);
      default -> {
        if (RESERVED.contains(token.text())) {
          throw unexpected(token);
        }
        yield new Expr.Name(token.text());
      }
    };
  }

  private Expr bracketed() {
    if (tokens.take(")")) {
      return new Expr.ListOf(List.of());
    }
    Expr value = tuple();
    tokens.expect(")");
    return value;
  }

  private List<Expr> items(String close) {
    List<Expr> items = new ArrayList<>();
    while (!tokens.take(close)) {
      items.add(expression());
      if (!tokens.at(close)) {
        tokens.expect(",");
      }
    }
    return items;
  }

  private Expr dict() {
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.take("}")) {
      keys.add(expression());
      tokens.expect(":");
      values.add(expression());
      if (!tokens.at("}")) {
        tokens.expect(",");
      }
    }
    return new Expr.DictOf(keys, values);
  }
}
