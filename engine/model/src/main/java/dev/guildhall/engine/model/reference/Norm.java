package dev.guildhall.engine.model.reference;

import dev.guildhall.engine.model.Weights;

/**
 * RMSNorm(x) = w · x / √(mean(x²) + ε).
 *
 * @param weight w
 * @param eps ε
 */
record Norm(float[] weight, double eps) {

  static Norm of(Weights weights, String name) {
    return new Norm(weights.floats(name), weights.config().rmsEps());
  }

  float[] apply(float[] x) {
    double squares = 0;
    for (float value : x) {
      squares += (double) value * value;
    }
    double scale = 1 / Math.sqrt(squares / x.length + eps);
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) (weight[i] * (x[i] * scale));
    }
    return y;
  }
}
