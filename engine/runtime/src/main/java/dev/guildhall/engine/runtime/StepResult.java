package dev.guildhall.engine.runtime;

import dev.guildhall.engine.backend.StepOutput.SliceOutput;
import java.util.Arrays;

/** Turns what a step returned for a slot into log-probabilities of the prompt and a drawn token. */
final class StepResult {
  private StepResult() {}

  /**
   * Reads one slot's logits, before the sequence advances.
   *
   * @return the token drawn, or null if the prompt has not ended
   */
  static SampledToken read(StepPlan.Slot slot, SliceOutput output, int vocabulary) {
    Sequence sequence = slot.sequence();
    float[] logits = output.logits();
    if (sequence.echoing()) {
      echo(sequence, slot.count(), logits, vocabulary);
    }
    if (slot.count() < sequence.remaining()) {
      return null;
    }
    if (output.token() >= 0) {
      return new SampledToken(output.token());
    }
    int from = logits.length - vocabulary;
    SamplingParams sampling = sequence.request.sampling();
    float[] row = Arrays.copyOfRange(logits, from, logits.length);
    int id = sequence.sampler.draw(row, sequence.history, sequence.answered());
    return sampling.logprobs()
        ? new Logprobs(logits, from, vocabulary).describe(id, sampling.topLogprobs())
        : new SampledToken(id);
  }

  private static void echo(Sequence sequence, int count, float[] logits, int vocabulary) {
    int alternatives = sequence.request.sampling().topLogprobs();
    if (sequence.computed == 0) {
      // Nothing predicts the first token.
      sequence.promptLogprobs.add(new SampledToken(sequence.token(0)));
    }
    for (int i = 0; i < count && sequence.computed + i + 1 < sequence.promptLength(); i++) {
      Logprobs row = new Logprobs(logits, i * vocabulary, vocabulary);
      int next = sequence.token(sequence.computed + i + 1);
      sequence.promptLogprobs.add(row.describe(next, alternatives));
    }
  }
}
