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
   * Microseconds of a rank for prompt tokens.
   *
   * @param tokens tokens to compute
   * @param keys pairs of them and their keys
   */
  public double promptMicros(double tokens, double keys, double balancedness) {
    return tokens * promptTokenMicros * stretch(balancedness) + keys * promptKeyNanos / 1000;
  }

  /**
   * Prompt tokens that fit a rank's time: with more keys before them they are fewer.
   *
   * @param done tokens of the prompt that are there already
   * @param micros time of the rank
   */
  public double fittingTokens(double done, double micros) {
    double first = micros / (promptTokenMicros + promptKeyNanos * done / 1000);
    return micros / (promptTokenMicros + promptKeyNanos * (done + first / 2) / 1000);
  }

  /**
   * Nanoseconds of a step.
   *
   * @param promptMicros prompt work of the most loaded rank
   * @param sequences running answers of a rank
   * @param sequenceKeys keys of them
   * @param balancedness mean ÷ largest expert load of the ranks
   */
  public long nanos(
      double promptMicros, double sequences, double sequenceKeys, double balancedness) {
    return Math.round(
        1000 * (floorMicros + promptMicros + sequences * sequenceMicros * stretch(balancedness))
            + sequenceKeys * sequenceKeyNanos);
  }

  private double stretch(double balancedness) {
    return 1 + expertShare * (1 / balancedness - 1);
  }

  /** Prompt tokens without context that a full rank computes per second. */
  public double promptTokensPerSecond() {
    return 1e6 / promptTokenMicros;
  }
}
