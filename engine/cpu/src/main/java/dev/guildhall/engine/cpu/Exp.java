package dev.guildhall.engine.cpu;

/**
 * The exponential that all kernel forms share, so that they agree bit for bit: argument reduction
 * by powers of two in two steps and a polynomial of degree five (coefficients of the Cephes
 * library, single precision); within 2 ulp. Arguments are clamped to the range of normal results; a
 * NaN stays one.
 */
final class Exp {
  static final float MAX = 88.37626f;
  static final float MIN = -87.33654f;
  static final float LOG2E = 1.44269504088896341f;

  /** Adding 1.5 · 2^23 rounds to an integer, which is then in the low bits. */
  static final float ROUND = 12582912f;

  static final float LN2_HIGH = 0.693359375f;
  static final float LN2_LOW = -2.12194440e-4f;
  static final float C5 = 1.9875691500e-4f;
  static final float C4 = 1.3981999507e-3f;
  static final float C3 = 8.3334519073e-3f;
  static final float C2 = 4.1665795894e-2f;
  static final float C1 = 1.6666665459e-1f;
  static final float C0 = 5.0000001201e-1f;

  private Exp() {}

  static float exp(float value) {
    float x = Math.max(MIN, Math.min(MAX, value));
    float z = Math.fma(x, LOG2E, ROUND);
    float n = z - ROUND;
    float r = Math.fma(n, -LN2_HIGH, x);
    r = Math.fma(n, -LN2_LOW, r);
    float p = Math.fma(C5, r, C4);
    p = Math.fma(p, r, C3);
    p = Math.fma(p, r, C2);
    p = Math.fma(p, r, C1);
    p = Math.fma(p, r, C0);
    p = Math.fma(p, r * r, r) + 1f;
    return p * Float.intBitsToFloat((Float.floatToRawIntBits(z) << 23) + 0x3f800000);
  }

  static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }

  static float silu(float x) {
    return x / (1f + exp(-x));
  }
}
