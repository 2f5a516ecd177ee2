package dev.guildhall.engine.model.jinja;

import java.util.List;

/** A statement or a piece of output. */
sealed interface Node {

  record Text(String text) implements Node {}

  record Output(Expr value, int line) implements Node {}

  /** {@code otherwise} may be empty; {@code elif} is an If in it. */
  record If(Expr condition, List<Node> then, List<Node> otherwise, int line) implements Node {}

  /** {@code condition} (null: none) filters items before the loop counts them. */
  record For(
      List<String> targets,
      Expr items,
      Expr condition,
      List<Node> body,
      List<Node> otherwise,
      int line)
      implements Node {}

  /** Assigns to names, or to an attribute of a namespace when {@code attribute} is not null. */
  record Assign(List<String> targets, String attribute, Expr value, int line) implements Node {}

  /** Assigns rendered output to a name. */
  record Capture(String target, List<Node> body) implements Node {}

  record Macro(String name, List<String> parameters, List<Expr> defaults, List<Node> body)
      implements Node {}

  record Break() implements Node {}

  record Continue() implements Node {}
}
