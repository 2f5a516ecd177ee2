package dev.guildhall.engine.model.jinja;

import dev.guildhall.engine.model.jinja.Token.Kind;
import java.util.List;

/** Tokens with a position. */
final class TokenStream {
  private final List<Token> tokens;
  private int at;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peekAfter() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean at(String operator) {
    return peek().is(Kind.OPERATOR, operator);
  }

  boolean atName(String name) {
    return peek().is(Kind.NAME, name);
  }

  boolean take(String operator) {
    boolean found = at(operator);
    if (found) {
      next();
    }
    return found;
  }

  boolean takeName(String name) {
    boolean found = atName(name);
    if (found) {
      next();
    }
    return found;
  }

  void expect(String operator) {
    if (!take(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  String name() {
    if (peek().kind() != Kind.NAME) {
      throw unexpected("a name");
    }
    return next().text();
  }

  void expect(Kind kind) {
    if (next().kind() != kind) {
      at--;
      throw unexpected(kind == Kind.BLOCK_END ? "'%}'" : "'}}'");
    }
  }

  TemplateException unexpected(String wanted) {
    Token token = peek();
    String found = token.text().isEmpty() ? "the end of the tag" : "'" + token.text() + "'";
    return TemplateException.at(token.line(), "expected " + wanted + " but found " + found);
  }
}
