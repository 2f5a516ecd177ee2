package dev.guildhall.engine.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/**
 * Compares a form with the plain one, bit for bit, before it is used: whatever compiler, processor
 * or library is at hand, a form that would change a token is refused.
 */
final class SelfCheck {
  private static final int ROWS = 7;
  private static final int IN = 43;
  private static final int OUT = 29;

  private SelfCheck() {}

  static Optional<String> differenceOf(Kernels kernels) {
    float[][] expected = results(new JavaKernels());
    float[][] actual = results(kernels);
    String[] names = {"matmul F32", "matmul BF16", "accumulate", "softmax", "rmsNorm", "swiGlu"};
    for (int i = 0; i < names.length; i++) {
      int at = Arrays.mismatch(expected[i], actual[i]);
      if (at >= 0) {
        return Optional.of(
            "self-check: %s gives %s where the plain form gives %s"
                .formatted(names[i], actual[i][at], expected[i][at]));
      }
    }
    return Optional.empty();
  }

  private static float[][] results(Kernels kernels) {
    Random random = new Random(7);
    float[] x = new float[ROWS * IN];
    float[] w = new float[OUT * IN];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat() - 0.5f;
    }
    for (int i = 0; i < w.length; i++) {
      w[i] = random.nextFloat() - 0.5f;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment wide = arena.allocate(w.length * 4L);
      MemorySegment half = arena.allocate(w.length * 2L);
      for (int i = 0; i < w.length; i++) {
        wide.set(Matrix.FLOAT, 4L * i, w[i]);
        half.set(Matrix.SHORT, 2L * i, (short) (Float.floatToRawIntBits(w[i]) >>> 16));
      }
      Matrix full = new Matrix(wide, Matrix.Type.F32, OUT, IN);
      float[] dense = new float[ROWS * OUT];
      kernels.matmul(x, 0, IN, ROWS, full, 0, OUT, dense, 0, OUT);
      float[] short16 = new float[ROWS * OUT];
      kernels.matmul(
          x, 0, IN, ROWS, new Matrix(half, Matrix.Type.BF16, OUT, IN), 0, OUT, short16, 0, OUT);
      float[] sums = new float[ROWS * IN];
      kernels.accumulate(dense, 0, OUT, ROWS, full, 2, OUT, IN - 3, sums, 0, IN);
      float[] soft = x.clone();
      kernels.softmax(soft, 1, x.length - 1, 3f);
      float[] norm = new float[x.length];
      kernels.rmsNorm(x, 0, IN, ROWS, Arrays.copyOf(w, IN), 1e-6f, norm, 0, IN);
      float[] glu = x.clone();
      kernels.swiGlu(glu, w, 3, glu.length);
      return new float[][] {dense, short16, sums, soft, norm, glu};
    }
  }
}
