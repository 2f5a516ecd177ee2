package dev.guildhall.engine.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The portable fast form: the sixteen partial sums of {@link Kernels} are two vectors of eight.
 * Kernels are small static methods that keep vectors in local variables, or they would be boxed.
 */
final class VectorKernels implements Kernels {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  static final int HALF = 8;
  static final int LANES = 16;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final VectorShuffle<Float> DOWN_4 = VectorShuffle.iota(SPECIES, 4, 1, true);
  private static final VectorShuffle<Float> DOWN_2 = VectorShuffle.iota(SPECIES, 2, 1, true);
  private static final VectorShuffle<Float> DOWN_1 = VectorShuffle.iota(SPECIES, 1, 1, true);

  /** Outputs whose weights stay in the first-level cache while rows pass by. */
  private static final int TILE = 24;

  static Optional<String> unusableBecause() {
    return FloatVector.SPECIES_PREFERRED.length() < HALF
        ? Optional.of("this processor has no 256-bit vectors")
        : Optional.empty();
  }

  @Override
  public String name() {
    return "vector";
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
    for (int tile = from; tile < to; tile += TILE) {
      int end = Math.min(to, tile + TILE);
      for (int r = 0; r < rows; r += 2) {
        int a = xOffset + r * xStride;
        int ya = yOffset + r * yStride;
        boolean two = r + 1 < rows;
        int o = tile;
        for (; o + 2 <= end; o += 2) {
          if (two) {
            block(x, a, a + xStride, w, o, y, ya + o, ya + yStride + o);
          } else {
            pair(x, a, w, o, y, ya + o);
          }
        }
        if (o < end) {
          y[ya + o] = one(x, a, w, o);
          if (two) {
            y[ya + yStride + o] = one(x, a + xStride, w, o);
          }
        }
      }
    }
  }

  /** Two rows times two outputs. */
  private static void block(float[] x, int a, int b, Matrix w, int o, float[] y, int ya, int yb) {
    MemorySegment data = w.data();
    boolean wide = w.type() == Matrix.Type.F32;
    long p = o * w.rowBytes();
    long q = p + w.rowBytes();
    int step = w.type().bytes;
    FloatVector ap0 = FloatVector.zero(SPECIES);
    FloatVector ap1 = ap0;
    FloatVector aq0 = ap0;
    FloatVector aq1 = ap0;
    FloatVector bp0 = ap0;
    FloatVector bp1 = ap0;
    FloatVector bq0 = ap0;
    FloatVector bq1 = ap0;
    int whole = w.in() - w.in() % LANES;
    for (int k = 0; k < whole; k += LANES) {
      FloatVector xa = FloatVector.fromArray(SPECIES, x, a + k);
      FloatVector xb = FloatVector.fromArray(SPECIES, x, b + k);
      FloatVector wp = weights(data, p + k * step, wide);
      FloatVector wq = weights(data, q + k * step, wide);
      ap0 = xa.fma(wp, ap0);
      aq0 = xa.fma(wq, aq0);
      bp0 = xb.fma(wp, bp0);
      bq0 = xb.fma(wq, bq0);
      xa = FloatVector.fromArray(SPECIES, x, a + k + HALF);
      xb = FloatVector.fromArray(SPECIES, x, b + k + HALF);
      wp = weights(data, p + (k + HALF) * step, wide);
      wq = weights(data, q + (k + HALF) * step, wide);
      ap1 = xa.fma(wp, ap1);
      aq1 = xa.fma(wq, aq1);
      bp1 = xb.fma(wp, bp1);
      bq1 = xb.fma(wq, bq1);
    }
    if (whole == w.in()) {
      y[ya] = sum(ap0.add(ap1));
      y[ya + 1] = sum(aq0.add(aq1));
      y[yb] = sum(bp0.add(bp1));
      y[yb + 1] = sum(bq0.add(bq1));
    } else {
      y[ya] = finish(ap0, ap1, x, a, w, o, whole);
      y[ya + 1] = finish(aq0, aq1, x, a, w, o + 1, whole);
      y[yb] = finish(bp0, bp1, x, b, w, o, whole);
      y[yb + 1] = finish(bq0, bq1, x, b, w, o + 1, whole);
    }
  }

  /** One row times two outputs. */
  private static void pair(float[] x, int a, Matrix w, int o, float[] y, int ya) {
    MemorySegment data = w.data();
    boolean wide = w.type() == Matrix.Type.F32;
    long p = o * w.rowBytes();
    long q = p + w.rowBytes();
    int step = w.type().bytes;
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector p1 = p0;
    FloatVector q0 = p0;
    FloatVector q1 = p0;
    int whole = w.in() - w.in() % LANES;
    for (int k = 0; k < whole; k += LANES) {
      FloatVector low = FloatVector.fromArray(SPECIES, x, a + k);
      FloatVector high = FloatVector.fromArray(SPECIES, x, a + k + HALF);
      p0 = low.fma(weights(data, p + k * step, wide), p0);
      q0 = low.fma(weights(data, q + k * step, wide), q0);
      p1 = high.fma(weights(data, p + (k + HALF) * step, wide), p1);
      q1 = high.fma(weights(data, q + (k + HALF) * step, wide), q1);
    }
    y[ya] = finish(p0, p1, x, a, w, o, whole);
    y[ya + 1] = finish(q0, q1, x, a, w, o + 1, whole);
  }

  private static float one(float[] x, int a, Matrix w, int o) {
    MemorySegment data = w.data();
    boolean wide = w.type() == Matrix.Type.F32;
    long p = o * w.rowBytes();
    int step = w.type().bytes;
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector p1 = p0;
    int whole = w.in() - w.in() % LANES;
    for (int k = 0; k < whole; k += LANES) {
      p0 = FloatVector.fromArray(SPECIES, x, a + k).fma(weights(data, p + k * step, wide), p0);
      p1 =
          FloatVector.fromArray(SPECIES, x, a + k + HALF)
              .fma(weights(data, p + (k + HALF) * step, wide), p1);
    }
    return finish(p0, p1, x, a, w, o, whole);
  }

  private static FloatVector weights(MemorySegment data, long at, boolean wide) {
    if (wide) {
      return FloatVector.fromMemorySegment(SPECIES, data, at, ORDER);
    }
    return ((IntVector)
            ShortVector.fromMemorySegment(ShortVector.SPECIES_128, data, at, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, IntVector.SPECIES_256, 0))
        .lanewise(VectorOperators.LSHL, 16)
        .reinterpretAsFloats();
  }

  private static float finish(
      FloatVector low, FloatVector high, float[] x, int a, Matrix w, int o, int whole) {
    if (whole == w.in()) {
      return sum(low.add(high));
    }
    float[] lanes = new float[LANES];
    low.intoArray(lanes, 0);
    high.intoArray(lanes, HALF);
    for (int k = whole; k < w.in(); k++) {
      lanes[k - whole] = Math.fma(x[a + k], w.at(o, k), lanes[k - whole]);
    }
    return JavaKernels.sum(lanes);
  }

  /** The order of {@code reduceLanes} is not defined, that of {@link Kernels} is. */
  static float sum(FloatVector eight) {
    FloatVector v = eight.add(eight.rearrange(DOWN_4));
    v = v.add(v.rearrange(DOWN_2));
    return v.add(v.rearrange(DOWN_1)).lane(0);
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
    int whole = width - width % HALF;
    for (int r = 0; r < rows; r++) {
      int at = outOffset + r * outStride;
      int pr = pOffset + r * pStride;
      for (int d = 0; d < whole; d += HALF) {
        column(p, pr, m, from, to, d, out, at + d);
      }
      for (int d = whole; d < width; d++) {
        float sum = out[at + d];
        for (int j = from; j < to; j++) {
          sum = Math.fma(p[pr + j - from], m.at(j, d), sum);
        }
        out[at + d] = sum;
      }
    }
  }

  private static void column(
      float[] p, int offset, Matrix m, int from, int to, int d, float[] out, int at) {
    MemorySegment data = m.data();
    long row = m.rowBytes();
    FloatVector sum = FloatVector.fromArray(SPECIES, out, at);
    for (int j = from; j < to; j++) {
      FloatVector values = FloatVector.fromMemorySegment(SPECIES, data, j * row + d * 4L, ORDER);
      sum = FloatVector.broadcast(SPECIES, p[offset + j - from]).fma(values, sum);
    }
    sum.intoArray(out, at);
  }

  @Override
  public void softmax(float[] s, int offset, int n, float scale) {
    VectorElementwise.softmax(s, offset, n, scale);
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
    for (int r = 0; r < rows; r++) {
      VectorElementwise.rmsNorm(x, xOffset + r * xStride, weight, eps, y, yOffset + r * yStride);
    }
  }

  @Override
  public void swiGlu(float[] gate, float[] up, int from, int to) {
    VectorElementwise.swiGlu(gate, up, from, to);
  }
}
