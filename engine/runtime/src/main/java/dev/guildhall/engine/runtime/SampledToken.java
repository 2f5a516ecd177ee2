package dev.guildhall.engine.runtime;

import java.util.List;

/**
 * A token and, where asked for, how likely the model held it.
 *
 * @param id token id
 * @param logprob natural logarithm of its probability; NaN if not asked for or not defined (the
 *     first token of a prompt)
 * @param top the likeliest tokens, likeliest first
 */
public record SampledToken(int id, float logprob, List<Alternative> top) {

  /**
   * A token that could have been drawn.
   *
   * @param id token id
   * @param logprob natural logarithm of its probability
   */
  public record Alternative(int id, float logprob) {}

  /** A token whose probability nobody asked for. */
  public SampledToken(int id) {
    this(id, Float.NaN, List.of());
  }

  /** Whether there is a log-probability. */
  public boolean hasLogprob() {
    return !Float.isNaN(logprob);
  }
}
