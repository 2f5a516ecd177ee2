package dev.guildhall.engine.runtime;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Which tokens a sequence has seen, for penalties. */
final class TokenHistory {
  private final BitSet seen = new BitSet();
  private final Map<Integer, Integer> generated = new HashMap<>();

  TokenHistory(int[] prompt) {
    for (int token : prompt) {
      seen.set(token);
    }
  }

  void add(int token) {
    seen.set(token);
    generated.merge(token, 1, Integer::sum);
  }

  void penalize(float[] logits, SamplingParams params) {
    float repetition = params.repetitionPenalty();
    if (repetition != 1) {
      for (int i = seen.nextSetBit(0); i >= 0; i = seen.nextSetBit(i + 1)) {
        logits[i] = logits[i] > 0 ? logits[i] / repetition : logits[i] * repetition;
      }
    }
    generated.forEach(
        (id, times) -> logits[id] -= params.presencePenalty() + params.frequencyPenalty() * times);
  }
}
