package dev.guildhall.engine.runtime;

/**
 * What a runtime may take on.
 *
 * @param vocabulary token ids are below this
 * @param maxContext most tokens of prompt and answer together
 * @param maxBatchTokens most token rows in one step
 * @param maxSequences most sequences in one step, at most {@code maxBatchTokens}
 * @param maxWaiting most requests in the queue
 */
public record RuntimeLimits(
    int vocabulary, int maxContext, int maxBatchTokens, int maxSequences, int maxWaiting) {

  /** Checks that every limit is positive and no sequence can be starved of its row in a step. */
  public RuntimeLimits {
    if (vocabulary < 1
        || maxContext < 2
        || maxBatchTokens < 1
        || maxSequences < 1
        || maxWaiting < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
    if (maxSequences > maxBatchTokens) {
      throw new IllegalArgumentException(
          "max sequences (%d) is above max batch tokens (%d): some would never get a row"
              .formatted(maxSequences, maxBatchTokens));
    }
  }

  /**
   * How many rows of logits a step may ask for one sequence: keeps a chunk of prompt
   * log-probabilities below 64 MiB.
   */
  int maxLogitRows() {
    return Math.max(1, (16 << 20) / vocabulary);
  }
}
