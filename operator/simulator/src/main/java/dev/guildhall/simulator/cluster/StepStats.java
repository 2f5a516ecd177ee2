package dev.guildhall.simulator.cluster;

/**
 * What a group did since its last sample; step time is split over prompts and answers by rows, as
 * the engine does.
 */
final class StepStats {

  private double promptWork;
  private double promptNanos;
  private double answerNanos;
  private long answerTokens;

  void step(long nanos, long prompt, double work, int answers) {
    promptWork += work;
    if (prompt > 0) {
      promptNanos += (double) nanos * prompt / (prompt + answers);
    }
    answerNanos += (double) nanos * answers;
    answerTokens += answers;
  }

  double promptTokensPerSecond() {
    return promptNanos == 0 ? 0 : promptWork / promptNanos * 1e9;
  }

  double tokenSeconds() {
    return answerTokens == 0 ? 0 : answerNanos / answerTokens / 1e9;
  }

  void reset() {
    promptWork = 0;
    promptNanos = 0;
    answerNanos = 0;
    answerTokens = 0;
  }
}
