package dev.guildhall.gateway.engine;

import java.util.List;

/**
 * A token with its log-probabilities, for answers that show them.
 *
 * @param bytes that it stands for
 * @param logprob null for the first token of a prompt, which nothing precedes
 * @param top the likeliest alternatives, best first
 */
public record Token(byte[] bytes, Float logprob, List<Alternative> top) {

  /** What could have been drawn instead. */
  public record Alternative(byte[] bytes, float logprob) {}
}
