package dev.guildhall.simulator.model;

/**
 * The service level. A long prompt takes longer, so the first token may take longer with each token
 * of the prompt.
 *
 * @param ttftSeconds time to first token of an empty prompt
 * @param ttftMicrosPerToken more for each prompt token
 * @param tpotSeconds mean time per output token after the first
 * @param attainment share of requests that must have both
 */
public record Promise(
    double ttftSeconds, double ttftMicrosPerToken, double tpotSeconds, double attainment) {

  /** Nanoseconds that the first token of a prompt may take. */
  public double ttftNanos(int inputTokens) {
    return ttftSeconds * 1e9 + ttftMicrosPerToken * 1e3 * inputTokens;
  }
}
