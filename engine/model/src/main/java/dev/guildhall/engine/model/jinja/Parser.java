package dev.guildhall.engine.model.jinja;

import dev.guildhall.engine.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses statements. */
final class Parser {
  private static final int MAX_DEPTH = 100;

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int depth;
  private int loops;

  private Parser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  static List<Node> parse(String template) {
    Parser parser = new Parser(new TokenStream(Lexer.tokens(template)));
    List<Node> nodes = parser.until(Set.of());
    if (parser.tokens.peek().kind() != Kind.END) {
      throw parser.tokens.unexpected("the end of the template");
    }
    return nodes;
  }

  /** Nodes up to a block with one of these names, whose name is the next token then. */
  private List<Node> until(Set<String> ends) {
    if (++depth > MAX_DEPTH) {
      throw TemplateException.at(tokens.peek().line(), "blocks are nested too deeply");
    }
    List<Node> nodes = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      switch (token.kind()) {
        case END -> {
          if (!ends.isEmpty()) {
            throw TemplateException.at(token.line(), "the template ends before one of " + ends);
          }
          depth--;
          return nodes;
        }
        case TEXT -> nodes.add(new Node.Text(tokens.next().text()));
        case OUTPUT_BEGIN -> {
          tokens.next();
          nodes.add(new Node.Output(expressions.tuple(), token.line()));
          tokens.expect(Kind.OUTPUT_END);
        }
        default -> {
          tokens.next();
          if (ends.contains(tokens.peek().text())) {
            depth--;
            return nodes;
          }
          statement(nodes);
        }
      }
    }
  }

  private void statement(List<Node> into) {
    Token token = tokens.peek();
    String name = tokens.name();
    switch (name) {
      case "if" -> into.add(condition(token.line()));
      case "for" -> into.add(loop(token.line()));
      case "set" -> into.add(assignment(token.line()));
      case "macro" -> into.add(macro());
      case "break", "continue" -> {
        if (loops == 0) {
          throw TemplateException.at(token.line(), name + " outside a loop");
        }
        end();
        into.add(name.equals("break") ? new Node.Break() : new Node.Continue());
      }
      case "generation" -> {
        // Marks what a trainer learns from; it prints its body.
        end();
        into.addAll(until(Set.of("endgeneration")));
        tokens.next();
        end();
      }
      default ->
          throw TemplateException.at(token.line(), "the tag '" + name + "' is not supported");
    }
  }

  private void end() {
    tokens.expect(Kind.BLOCK_END);
  }

  private Node condition(int line) {
    Expr condition = expressions.expression();
    end();
    List<Node> then = until(Set.of("elif", "else", "endif"));
    String next = tokens.name();
    if (next.equals("elif")) {
      return new Node.If(condition, then, List.of(condition(tokens.peek().line())), line);
    }
    List<Node> otherwise = List.of();
    if (next.equals("else")) {
      end();
      otherwise = until(Set.of("endif"));
      tokens.next();
    }
    end();
    return new Node.If(condition, then, otherwise, line);
  }

  private Node loop(int line) {
    List<String> targets = targets();
    if (!tokens.takeName("in")) {
      throw tokens.unexpected("'in'");
    }
    Expr items = expressions.or();
    Expr condition = tokens.takeName("if") ? expressions.expression() : null;
    if (tokens.atName("recursive")) {
      throw TemplateException.at(line, "recursive loops are not supported");
    }
    end();
    loops++;
    List<Node> body = until(Set.of("else", "endfor"));
    loops--;
    List<Node> otherwise = List.of();
    if (tokens.name().equals("else")) {
      end();
      otherwise = until(Set.of("endfor"));
      tokens.next();
    }
    end();
    return new Node.For(targets, items, condition, body, otherwise, line);
  }

  private List<String> targets() {
    boolean bracket = tokens.take("(");
    List<String> names = new ArrayList<>(List.of(tokens.name()));
    while (tokens.take(",")) {
      names.add(tokens.name());
    }
    if (bracket) {
      tokens.expect(")");
    }
    return names;
  }

  private Node assignment(int line) {
    List<String> targets = targets();
    String attribute = tokens.take(".") ? tokens.name() : null;
    if (tokens.take("=")) {
      Expr value = expressions.tuple();
      end();
      return new Node.Assign(targets, attribute, value, line);
    }
    if (attribute != null || targets.size() > 1) {
      throw tokens.unexpected("'='");
    }
    end();
    List<Node> body = until(Set.of("endset"));
    tokens.next();
    end();
    return new Node.Capture(targets.getFirst(), body);
  }

  private Node macro() {
    String name = tokens.name();
    List<String> parameters = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    tokens.expect("(");
    while (!tokens.take(")")) {
      parameters.add(tokens.name());
      defaults.add(tokens.take("=") ? expressions.expression() : null);
      if (!tokens.at(")")) {
        tokens.expect(",");
      }
    }
    end();
    int outer = loops;
    loops = 0;
    List<Node> body = until(Set.of("endmacro"));
    loops = outer;
    tokens.next();
    if (tokens.peek().kind() == Kind.NAME) {
      tokens.next();
    }
    end();
    return new Node.Macro(name, parameters, defaults, body);
  }
}
