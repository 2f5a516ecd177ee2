package dev.guildhall.engine.cpu;

import java.util.Arrays;

/** The plain form: the definition the other forms are tested against, and what runs anywhere. */
final class JavaKernels implements Kernels {
  static final int LANES = 16;

  @Override
  public String name() {
    return "java";
  }

  @Override
  public void matmul(
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      Matrix w,
      int from,
      int to,
      float[] y,
      int yOffset,
      int yStride) {
    float[] weight = new float[w.in()];
    float[] lanes = new float[LANES];
    for (int o = from; o < to; o++) {
      w.row(o, weight, 0);
      for (int r = 0; r < rows; r++) {
        y[yOffset + r * yStride + o] = dot(x, xOffset + r * xStride, weight, lanes);
      }
    }
  }

  private static float dot(float[] x, int offset, float[] w, float[] lanes) {
    Arrays.fill(lanes, 0f);
    int whole = w.length - w.length % LANES;
    for (int k = 0; k < whole; k += LANES) {
      for (int i = 0; i < LANES; i++) {
        lanes[i] = Math.fma(x[offset + k + i], w[k + i], lanes[i]);
      }
    }
    for (int k = whole; k < w.length; k++) {
      lanes[k - whole] = Math.fma(x[offset + k], w[k], lanes[k - whole]);
    }
    return sum(lanes);
  }

  /** Adds sixteen partial sums in halves; destroys them. */
  static float sum(float[] lanes) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }

  @Override
  public void accumulate(
      float[] p,
      int pOffset,
      int pStride,
      int rows,
      Matrix m,
      int from,
      int to,
      int width,
      float[] out,
      int outOffset,
      int outStride) {
    float[] row = new float[m.in()];
    for (int j = from; j < to; j++) {
      m.row(j, row, 0);
      for (int r = 0; r < rows; r++) {
        float factor = p[pOffset + r * pStride + j - from];
        int at = outOffset + r * outStride;
        for (int d = 0; d < width; d++) {
          out[at + d] = Math.fma(factor, row[d], out[at + d]);
        }
      }
    }
  }

  @Override
  public void softmax(float[] s, int offset, int n, float scale) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      s[offset + i] *= scale;
      max = Math.max(max, s[offset + i]);
    }
    float[] lanes = new float[LANES];
    for (int i = 0; i < n; i++) {
      s[offset + i] = Exp.exp(s[offset + i] - max);
      lanes[i % LANES] += s[offset + i];
    }
    float inverse = 1f / sum(lanes);
    for (int i = 0; i < n; i++) {
      s[offset + i] *= inverse;
    }
  }

  @Override
  public void rmsNorm(
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      float[] weight,
      float eps,
      float[] y,
      int yOffset,
      int yStride) {
    float[] lanes = new float[LANES];
    for (int r = 0; r < rows; r++) {
      int at = xOffset + r * xStride;
      Arrays.fill(lanes, 0f);
      for (int i = 0; i < weight.length; i++) {
        lanes[i % LANES] = Math.fma(x[at + i], x[at + i], lanes[i % LANES]);
      }
      float factor = rmsFactor(sum(lanes), weight.length, eps);
      for (int i = 0; i < weight.length; i++) {
        y[yOffset + r * yStride + i] = x[at + i] * factor * weight[i];
      }
    }
  }

  static float rmsFactor(float squares, int width, float eps) {
    return 1f / (float) Math.sqrt(squares / width + eps);
  }

  @Override
  public void swiGlu(float[] gate, float[] up, int from, int to) {
    for (int i = from; i < to; i++) {
      gate[i] = Exp.silu(gate[i]) * up[i];
    }
  }
}
