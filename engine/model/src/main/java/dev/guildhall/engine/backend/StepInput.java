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
   * @param draw how the token that follows the last one is drawn by the backend, without its logits
   *     being returned for that; null: it is not
   */
  public record Slice(
      int[] tokens, int start, int[] pages, Logits logits, boolean hidden, Draw draw) {

    /** A slice of which no token is drawn. */
    public Slice(int[] tokens, int start, int[] pages, Logits logits, boolean hidden) {
      this(tokens, start, pages, logits, hidden, null);
    }

    /** A slice without hidden states. */
    public Slice(int[] tokens, int start, int[] pages, Logits logits) {
      this(tokens, start, pages, logits, false);
    }

    /** How many rows of logits are wanted. */
    public int logitRows() {
      return switch (logits) {
        case NONE -> 0;
        case LAST -> 1;
        case ALL -> tokens.length;
      };
    }
  }
}
