package dev.guildhall.engine.model.jinja;

import java.util.List;
import java.util.Map;

/** An expression. */
sealed interface Expr {

  record Literal(Object value) implements Expr {}

  record Name(String name) implements Expr {}

  record ListOf(List<Expr> items) implements Expr {}

  record DictOf(List<Expr> keys, List<Expr> values) implements Expr {}

  record Attribute(Expr of, String name) implements Expr {}

  record Item(Expr of, Expr key) implements Expr {}

  /** A slice; absent bounds are null. */
  record Slice(Expr of, Expr from, Expr to, Expr step) implements Expr {}

  record Call(Expr callee, List<Expr> args, Map<String, Expr> named) implements Expr {}

  record Filter(Expr of, String name, List<Expr> args, Map<String, Expr> named) implements Expr {}

  record Test(Expr of, String name, List<Expr> args) implements Expr {}

  record Not(Expr of) implements Expr {}

  record And(Expr left, Expr right) implements Expr {}

  record Or(Expr left, Expr right) implements Expr {}

  /** {@code then if condition else otherwise}; without else the result is undefined. */
  record Choice(Expr condition, Expr then, Expr otherwise) implements Expr {}

  /** {@code first op1 second op2 third …}: true if each neighbouring pair is. */
  record Compare(Expr first, List<String> operators, List<Expr> rest) implements Expr {}

  record Binary(String operator, Expr left, Expr right) implements Expr {}

  record Negate(Expr of) implements Expr {}
}
