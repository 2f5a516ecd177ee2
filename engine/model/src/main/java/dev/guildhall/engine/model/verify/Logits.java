package dev.guildhall.engine.model.verify;

/** Arithmetic on rows of logits. */
final class Logits {
  private Logits() {}

  /** Index of the largest of {@code size} values from {@code at} on; the first of equals. */
  static int best(float[] logits, int at, int size) {
    int best = 0;
    for (int i = 1; i < size; i++) {
      if (logits[at + i] > logits[at + best]) {
        best = i;
      }
    }
    return best;
  }

  /** Gap between the two largest values. */
  static float margin(float[] logits, int at, int size) {
    int best = best(logits, at, size);
    float second = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      if (i != best) {
        second = Math.max(second, logits[at + i]);
      }
    }
    return logits[at + best] - second;
  }

  /** Cross-entropy of a row against a token, in nats. */
  static double loss(float[] logits, int at, int size, int token) {
    double largest = logits[at + best(logits, at, size)];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += Math.exp(logits[at + i] - largest);
    }
    return Math.log(sum) + largest - logits[at + token];
  }

  /** Sum of losses of rows 0, 1, … against tokens {@code shift}, {@code shift + 1}, … */
  static double loss(float[] logits, int[] tokens, int shift) {
    int size = logits.length / (tokens.length - (shift - 1));
    double sum = 0;
    for (int i = 0; i + shift < tokens.length; i++) {
      sum += loss(logits, i * size, size, tokens[i + shift]);
    }
    return sum;
  }
}
