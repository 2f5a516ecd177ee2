package dev.guildhall.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every form against the plain one, bit for bit, at awkward sizes; the plain one against doubles.
 */
class KernelsTest {
  private static final int[] SIZES = {1, 3, 13, 16, 17, 64, 207, 4098};
  private static final int[] ROWS = {1, 2, 3, 5, 8};
  private static final Kernels PLAIN = new JavaKernels();

  static Stream<Kernels> forms() {
    return Fixtures.usableForms().stream();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void matmulHasTheBitsOfThePlainForm(Kernels kernels) {
    Random random = new Random(1);
    for (Matrix.Type type : Matrix.Type.values()) {
      for (int in : SIZES) {
        int out = in > 1000 ? 5 : 31;
        Matrix w = Fixtures.matrix(random, type, out, in);
        for (int rows : ROWS) {
          float[] x = Fixtures.floats(random, 3 + rows * (in + 1));
          float[] expected = new float[2 + rows * (out + 1)];
          float[] actual = expected.clone();
          PLAIN.matmul(x, 3, in + 1, rows, w, 1, out, expected, 2, out + 1);
          kernels.matmul(x, 3, in + 1, rows, w, 1, out, actual, 2, out + 1);
          assertThat(actual).as("%s %d rows of %d", type, rows, in).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aRowDoesNotDependOnItsCompanyNorOnTheSplit(Kernels kernels) {
    Random random = new Random(2);
    int in = 207;
    int out = 61;
    int rows = 11;
    for (Matrix.Type type : Matrix.Type.values()) {
      Matrix w = Fixtures.matrix(random, type, out, in);
      float[] x = Fixtures.floats(random, rows * in);
      float[] together = new float[rows * out];
      kernels.matmul(x, 0, in, rows, w, 0, out, together, 0, out);
      float[] alone = new float[rows * out];
      for (int r = 0; r < rows; r++) {
        int split = 1 + random.nextInt(out - 1);
        kernels.matmul(x, r * in, in, 1, w, 0, split, alone, r * out, out);
        kernels.matmul(x, r * in, in, 1, w, split, out, alone, r * out, out);
      }
      assertThat(alone).isEqualTo(together);
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void accumulateHasTheBitsOfThePlainFormAndGoesOnPageAfterPage(Kernels kernels) {
    Random random = new Random(3);
    for (int width : new int[] {1, 8, 13, 64, 207}) {
      int keys = 37;
      Matrix m = Fixtures.matrix(random, Matrix.Type.F32, keys, width + 5);
      for (int rows : ROWS) {
        float[] p = Fixtures.floats(random, rows * keys);
        float[] expected = Fixtures.floats(random, rows * width);
        float[] actual = expected.clone();
        PLAIN.accumulate(p, 0, keys, rows, m, 0, keys, width, expected, 0, width);
        kernels.accumulate(p, 0, keys, rows, m, 0, 16, width, actual, 0, width);
        kernels.accumulate(p, 16, keys, rows, m, 16, keys, width, actual, 0, width);
        assertThat(actual).as("%d rows of %d", rows, width).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void elementwiseKernelsHaveTheBitsOfThePlainForm(Kernels kernels) {
    Random random = new Random(4);
    for (int n : SIZES) {
      float[] x = Fixtures.floats(random, n);
      float[] y = Fixtures.floats(random, n);
      float[] expected = x.clone();
      float[] actual = x.clone();
      PLAIN.softmax(expected, n / 3, n - n / 3, 5f);
      kernels.softmax(actual, n / 3, n - n / 3, 5f);
      assertThat(actual).as("softmax %d", n).isEqualTo(expected);
      PLAIN.swiGlu(expected, y, 0, n);
      kernels.swiGlu(actual, y, 0, n);
      assertThat(actual).as("swiGlu %d", n).isEqualTo(expected);
      PLAIN.rmsNorm(x, 0, n, 1, y, 1e-6f, expected, 0, n);
      kernels.rmsNorm(x, 0, n, 1, y, 1e-6f, actual, 0, n);
      assertThat(actual).as("rmsNorm %d", n).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void extremesAndNotANumberComeOutAlike(Kernels kernels) {
    float[] x = new float[40];
    Arrays.fill(x, 1f);
    float[] extremes = {0f, -0f, 1e30f, -1e30f, 90f, -90f, Float.MAX_VALUE, Float.MIN_VALUE};
    System.arraycopy(extremes, 0, x, 9, extremes.length);
    float[] up = new float[40];
    Arrays.fill(up, 1f);
    float[] expected = x.clone();
    float[] actual = x.clone();
    PLAIN.swiGlu(expected, up, 0, 40);
    kernels.swiGlu(actual, up, 0, 40);
    assertThat(actual).isEqualTo(expected);
    for (int at : new int[] {0, 20, 39}) {
      float[] poisoned = x.clone();
      poisoned[at] = Float.NaN;
      kernels.softmax(poisoned, 0, 40, 1f);
      assertThat(poisoned).containsOnly(Float.NaN);
      poisoned[at] = Float.NaN;
      kernels.swiGlu(poisoned, up, 0, 40);
      assertThat(poisoned[at]).isNaN();
    }
  }

  @Test
  void thePlainFormAgreesWithDoubles() {
    Random random = new Random(5);
    for (int in : SIZES) {
      Matrix w = Fixtures.matrix(random, Matrix.Type.BF16, 3, in);
      float[] x = Fixtures.floats(random, in);
      float[] y = new float[3];
      PLAIN.matmul(x, 0, in, 1, w, 0, 3, y, 0, 3);
      for (int o = 0; o < 3; o++) {
        double sum = 0;
        double size = 0;
        for (int i = 0; i < in; i++) {
          sum += (double) x[i] * w.at(o, i);
          size += Math.abs((double) x[i] * w.at(o, i));
        }
        assertThat((double) y[o]).isCloseTo(sum, within(size * Math.ulp(1f) * (1 + in / 16)));
      }
    }
  }

  @Test
  void theExponentialIsWithinTwoUlp() {
    for (float x = -87f; x < 88f; x += 0.0137f) {
      double expected = Math.exp(x);
      assertThat((double) Exp.exp(x)).isCloseTo(expected, within(expected * 2 * Math.ulp(1f)));
    }
  }

  @Test
  void theNativeFormIsUsableWhereTheBuildHadACompilerAndTheProcessorTheInstructions() {
    boolean built =
        KernelForm.class.getResource("native/linux-x86_64/libguildhall_kernels.so") != null;
    if (built && NativeLibrary.LEVEL > 0) {
      assertThat(KernelForm.NATIVE.unusableBecause()).isEmpty();
    } else {
      assertThat(KernelForm.NATIVE.unusableBecause()).isPresent();
    }
  }
}
