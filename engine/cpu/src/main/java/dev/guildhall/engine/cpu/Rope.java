package dev.guildhall.engine.cpu;

import dev.guildhall.engine.model.ModelConfig;

/** Rotary positions on interleaved pairs (2i, 2i+1), with YaRN's frequencies where configured. */
final class Rope {
  private final double[] frequencies;
  private final double amplitude;

  Rope(ModelConfig config) {
    frequencies = config.inverseFrequencies();
    amplitude = config.ropeAmplitude();
  }

  /** Cosine and sine of each pair for each position: positions × rope size. */
  float[] rotations(int[] positions) {
    int size = 2 * frequencies.length;
    float[] rotations = new float[positions.length * size];
    for (int r = 0; r < positions.length; r++) {
      for (int i = 0; i < frequencies.length; i++) {
        double angle = positions[r] * frequencies[i];
        rotations[r * size + 2 * i] = (float) (Math.cos(angle) * amplitude);
        rotations[r * size + 2 * i + 1] = (float) (Math.sin(angle) * amplitude);
      }
    }
    return rotations;
  }

  /** Rotates one vector in place by the rotations of row {@code row}. */
  void rotate(float[] v, int offset, float[] rotations, int row) {
    int at = row * 2 * frequencies.length;
    for (int i = 0; i < 2 * frequencies.length; i += 2) {
      float cos = rotations[at + i];
      float sin = rotations[at + i + 1];
      float re = v[offset + i];
      float im = v[offset + i + 1];
      v[offset + i] = re * cos - im * sin;
      v[offset + i + 1] = re * sin + im * cos;
    }
  }
}
