package dev.guildhall.engine.model.reference;

import dev.guildhall.engine.model.ModelConfig;

/**
 * Rotary positions: the pair (2i, 2i+1) of a vector is one complex number, turned by position times
 * the i-th frequency.
 *
 * @param inverse angle per position of each pair
 * @param amplitude of cosine and sine
 */
record Rope(double[] inverse, double amplitude) {

  static Rope of(ModelConfig config) {
    return new Rope(config.inverseFrequencies(), config.ropeAmplitude());
  }

  /** Turns {@code 2 · inverse.length} values from {@code at} on, in place. */
  void turn(float[] x, int at, int position) {
    for (int i = 0; i < inverse.length; i++) {
      double cos = Math.cos(position * inverse[i]) * amplitude;
      double sin = Math.sin(position * inverse[i]) * amplitude;
      double real = x[at + 2 * i];
      double imaginary = x[at + 2 * i + 1];
      x[at + 2 * i] = (float) (real * cos - imaginary * sin);
      x[at + 2 * i + 1] = (float) (real * sin + imaginary * cos);
    }
  }
}
