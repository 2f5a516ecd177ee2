package dev.guildhall.simulator.trace;

/**
 * One request of a trace.
 *
 * @param arrivalMicros arrival, microseconds since the trace began
 * @param inputTokens tokens of the prompt
 * @param cachedTokens of them, those whose 512-token blocks an earlier prompt of the trace began
 *     with
 * @param outputTokens tokens of the answer
 */
public record Request(long arrivalMicros, int inputTokens, int cachedTokens, int outputTokens) {

  /** Prompt tokens to compute: at least one, since the last token's logits are needed. */
  public int freshTokens() {
    return Math.max(1, inputTokens - cachedTokens);
  }

  /**
   * Work on the prompt in tokens of no context: attention over as many keys as {@code keysPerToken}
   * counts as one token more.
   */
  public double work(double keysPerToken) {
    double keys = inputTokens - freshTokens() / 2.0;
    return freshTokens() * (1 + keys / keysPerToken);
  }
}
