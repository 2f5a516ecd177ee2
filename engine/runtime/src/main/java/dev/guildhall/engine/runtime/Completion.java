package dev.guildhall.engine.runtime;

/**
 * How a request ended.
 *
 * @param reason in one word
 * @param error a sentence for the caller; empty unless it failed or was aborted
 * @param usage what it used up to its end, whatever the reason
 */
public record Completion(Reason reason, String error, Usage usage) {

  /** Why a request ended. */
  public enum Reason {
    /** A stop token was drawn. */
    STOP,
    /** It reached its limit of tokens. */
    LENGTH,
    /** Its caller cancelled it, or a drain ran out of time. */
    CANCELLED,
    /** Its deadline passed. */
    DEADLINE,
    /** A rank of the group did not answer; the request may be sent again elsewhere. */
    UNAVAILABLE,
    /** A defect of the engine. */
    INTERNAL
  }

  /**
   * What a request used. Times are its share of the wall time of the steps it took part in, split
   * by token rows: over all requests they sum to exactly the time that the runtime was busy.
   *
   * @param promptTokens tokens of the prompt
   * @param cachedTokens of these, how many came from the prefix cache
   * @param completionTokens tokens drawn, the stop token included
   * @param prefillNanos for prompt tokens, and for what was recomputed after a preemption
   * @param decodeNanos for generated tokens
   * @param queueNanos from submission until the first step
   */
  public record Usage(
      int promptTokens,
      int cachedTokens,
      int completionTokens,
      long prefillNanos,
      long decodeNanos,
      long queueNanos) {}
}
