package dev.guildhall.engine.backend;

import java.util.List;

/**
 * One forward pass: slices of different sequences, run together.
 *
 * @param slices at least one
 * @param observer sees intermediate values; null in normal operation
 */
public record StepInput(List<Slice> slices, StepObserver observer) {

  /** A pass that nobody observes. */
  public StepInput(List<Slice> slices) {
    this(slices, null);
  }

  /** Which tokens of a slice get a row of logits. */
  public enum Logits {
    /** No token: a chunk of a prompt that is not its end. */
    NONE,
    /** Only the last token. */
    LAST,
    /** Every token. */
    ALL
  }

  /**
   * Consecutive tokens of one sequence.
   *
   * @param tokens ids to append
   * @param start position of the first of them, equal to the number of tokens already in the cache
   * @param pages the sequence's page table: page {@code i} holds positions {@code i*pageTokens} and
   *     on; covers all of {@code tokens}
   * @param logits which rows are wanted
   * @param hidden whether the hidden state after the final norm is returned for every token
   *     (drafting needs it)
   */
  public record Slice(int[] tokens, int start, int[] pages, Logits logits, boolean hidden) {

    /** A slice without hidden states. */
    public Slice(int[] tokens, int start, int[] pages, Logits logits) {
      this(tokens, start, pages, logits, false);
    }
  }
}
