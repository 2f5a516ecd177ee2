package dev.guildhall.engine.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** Log-probabilities of a row of logits. */
final class Logprobs {
  private final float[] logits;
  private final int from;
  private final int size;
  private final double logSum;

  Logprobs(float[] logits, int from, int size) {
    this.logits = logits;
    this.from = from;
    this.size = size;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      max = Math.max(max, logits[from + i]);
    }
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += Math.exp(logits[from + i] - max);
    }
    logSum = max + Math.log(sum);
  }

  SampledToken describe(int id, int alternatives) {
    return new SampledToken(id, of(id), top(alternatives));
  }

  private float of(int id) {
    return (float) (logits[from + id] - logSum);
  }

  private List<SampledToken.Alternative> top(int count) {
    if (count == 0) {
      return List.of();
    }
    // The least likely on top; the higher id is the less likely of equals.
    PriorityQueue<Integer> best =
        new PriorityQueue<>(
            (x, y) -> {
              int order = Float.compare(logits[from + x], logits[from + y]);
              return order != 0 ? order : Integer.compare(y, x);
            });
    for (int i = 0; i < size; i++) {
      if (best.size() < count) {
        best.add(i);
      } else if (logits[from + i] > logits[from + best.element()]) {
        best.remove();
        best.add(i);
      }
    }
    List<SampledToken.Alternative> top = new ArrayList<>();
    while (!best.isEmpty()) {
      int id = best.remove();
      top.addFirst(new SampledToken.Alternative(id, of(id)));
    }
    return top;
  }
}
