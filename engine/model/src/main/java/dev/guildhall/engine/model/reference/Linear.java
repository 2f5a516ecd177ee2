package dev.guildhall.engine.model.reference;

import dev.guildhall.engine.model.Tensor;
import dev.guildhall.engine.model.Weights;

/**
 * A weight matrix, outputs × inputs.
 *
 * @param values row-major
 * @param rows outputs
 * @param columns inputs
 */
record Linear(float[] values, int rows, int columns) {

  static Linear of(Weights weights, String name) {
    Tensor tensor = weights.tensor(name);
    return new Linear(weights.floats(name), tensor.dim(0), tensor.dim(1));
  }

  /** y = W x. */
  float[] apply(float[] x) {
    return rows(x, 0, rows);
  }

  /** Rows {@code from} to {@code from + count} of W x. */
  float[] rows(float[] x, int from, int count) {
    if (x.length != columns) {
      throw new IllegalArgumentException(x.length + " inputs for " + columns + " columns");
    }
    float[] y = new float[count];
    for (int r = 0; r < count; r++) {
      int row = (from + r) * columns;
      double sum = 0;
      for (int c = 0; c < columns; c++) {
        sum += (double) values[row + c] * x[c];
      }
      y[r] = (float) sum;
    }
    return y;
  }
}
