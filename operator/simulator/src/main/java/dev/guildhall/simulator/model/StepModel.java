package dev.guildhall.simulator.model;

/**
 * Time of one step of a group, the sum of what its most loaded rank does. Prompts and answers are
 * spread evenly over ranks, as DeepSeek's balancers do, except that one prompt's chunk stays on
 * {@code ranksPerPrompt} ranks. Expert work grows with imbalance.
 *
 * @param floorMicros of every step: weights read, messages exchanged
 * @param promptTokenMicros per prompt token of a rank
 * @param promptKeyNanos per pair of a prompt token and a key before it, of a rank
 * @param sequenceMicros per running answer of a rank
 * @param sequenceKeyNanos per pair of a running answer and a key of it, of a rank
 * @param expertShare share of token and sequence time that experts take, hence that imbalance
 *     stretches
 */
public record StepModel(
    double floorMicros,
    double promptTokenMicros,
    double promptKeyNanos,
    double sequenceMicros,
    double sequenceKeyNanos,
    double expertShare) {

  /**
   * Nanoseconds of a step.
   *
   * @param promptTokens prompt tokens of the most loaded rank
   * @param promptKeys pairs of them and their keys
   * @param sequences running answers of a rank
   * @param sequenceKeys keys of them
   * @param balancedness mean ÷ largest expert load of the ranks
   */
  public long nanos(
      double promptTokens,
      double promptKeys,
      double sequences,
      double sequenceKeys,
      double balancedness) {
    double stretch = 1 + expertShare * (1 / balancedness - 1);
    double micros =
        floorMicros
            + (promptTokens * promptTokenMicros + sequences * sequenceMicros) * stretch
            + (promptKeys * promptKeyNanos + sequenceKeys * sequenceKeyNanos) / 1000;
    return Math.round(micros * 1000);
  }

  /** Prompt tokens per second of a rank that is full of prompts of this length. */
  public double promptTokensPerSecond(double length) {
    return 1e6 / (promptTokenMicros + promptKeyNanos * length / 2000);
  }
}
