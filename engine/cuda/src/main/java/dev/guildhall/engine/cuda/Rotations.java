package dev.guildhall.engine.cuda;

import dev.guildhall.engine.model.ModelConfig;

/**
 * Cosine and sine of rotary positions on pairs (2i, 2i+1), YaRN included, computed in double
 * precision.
 */
final class Rotations {
  private final double[] frequencies;
  private final double amplitude;

  Rotations(ModelConfig config) {
    frequencies = config.inverseFrequencies();
    amplitude = config.ropeAmplitude();
  }

  /** Positions × rope size. */
  float[] of(int[] positions) {
    int pairs = frequencies.length;
    float[] rotations = new float[positions.length * 2 * pairs];
    for (int r = 0; r < positions.length; r++) {
      for (int i = 0; i < pairs; i++) {
        double angle = positions[r] * frequencies[i];
        rotations[2 * (r * pairs + i)] = (float) (Math.cos(angle) * amplitude);
        rotations[2 * (r * pairs + i) + 1] = (float) (Math.sin(angle) * amplitude);
      }
    }
    return rotations;
  }
}
