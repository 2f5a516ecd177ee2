package dev.guildhall.engine.model.jinja;

import java.util.List;
import java.util.Map;

/**
 * A chat template in the part of Jinja that published templates use: output, if, for (with filter,
 * else, break and continue), set, macros, namespaces, slices, string methods, filters and tests;
 * {@code trim_blocks} and {@code lstrip_blocks} are on. It cannot reach Java objects, files or the
 * network, and every rendering is bounded. Immutable and safe for concurrent use.
 */
public final class Template {
  /** Longest template that is parsed. */
  public static final int MAX_SOURCE = 1 << 20;

  private static final int MAX_STEPS = 5_000_000;

  private final List<Node> nodes;
  private final int maxOutput;

  private Template(List<Node> nodes, int maxOutput) {
    this.nodes = nodes;
    this.maxOutput = maxOutput;
  }

  /**
   * Parses a template.
   *
   * @param maxOutput most characters that a rendering may make
   * @throws TemplateException with the line, if it is not valid or uses what is not supported
   */
  public static Template parse(String source, int maxOutput) {
    if (source.length() > MAX_SOURCE) {
      throw new TemplateException("the template is longer than " + MAX_SOURCE + " characters");
    }
    return new Template(Parser.parse(source), maxOutput);
  }

  /**
   * Renders.
   *
   * @param values names and values: null, Boolean, Long, Double, String, List and Map of these
   * @throws TemplateRaisedException if the template itself refuses its input
   * @throws TemplateException if it fails or exceeds a bound
   */
  public String render(Map<String, ?> values) {
    Budget budget = new Budget(maxOutput, MAX_STEPS);
    Scope globals = new Scope(null);
    Globals.define(globals, budget);
    Scope scope = new Scope(globals);
    values.forEach(scope::set);
    try {
      return new Interpreter(budget).run(nodes, scope);
    } catch (StackOverflowError e) {
      throw new TemplateException("the template nests too deeply");
    } catch (ArithmeticException
        | ClassCastException
        | IndexOutOfBoundsException
        | NumberFormatException e) {
      throw new TemplateException("the template fails: " + e.getMessage());
    }
  }
}
