package dev.guildhall.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class KernelChoiceTest {

  @Test
  void theFirstUsableFormOfTheOrderIsTaken() {
    assertThat(KernelChoice.choose("java,native").name()).isEqualTo("java");
    assertThat(KernelChoice.choose(" vector , java ").name())
        .isEqualTo(KernelForm.VECTOR.unusableBecause().isEmpty() ? "vector" : "java");
  }

  @Test
  void anUnknownFormIsRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelChoice.choose("native,gpu"))
        .withMessageContaining("'gpu'");
  }

  @Test
  void aFormWithOtherBitsIsRefusedBeforeItIsUsed() {
    assertThat(SelfCheck.differenceOf(new JavaKernels())).isEmpty();
    assertThat(SelfCheck.differenceOf(new Reassociated()))
        .hasValueSatisfying(reason -> assertThat(reason).startsWith("self-check: matmul F32"));
  }

  /** Sums in another order: right up to rounding, wrong by contract. */
  private static final class Reassociated implements Kernels {
    private final Kernels plain = new JavaKernels();

    @Override
    public String name() {
      return "reassociated";
    }

    @Override
    public void matmul(
        float[] x,
        int xo,
        int xs,
        int rows,
        Matrix w,
        int from,
        int to,
        float[] y,
        int yo,
        int ys) {
      for (int r = 0; r < rows; r++) {
        for (int o = from; o < to; o++) {
          float sum = 0;
          for (int i = 0; i < w.in(); i++) {
            sum += x[xo + r * xs + i] * w.at(o, i);
          }
          y[yo + r * ys + o] = sum;
        }
      }
    }

    @Override
    public void accumulate(
        float[] p,
        int po,
        int ps,
        int rows,
        Matrix m,
        int from,
        int to,
        int width,
        float[] out,
        int oo,
        int os) {
      plain.accumulate(p, po, ps, rows, m, from, to, width, out, oo, os);
    }

    @Override
    public void softmax(float[] s, int offset, int n, float scale) {
      plain.softmax(s, offset, n, scale);
    }

    @Override
    public void rmsNorm(
        float[] x, int xo, int xs, int rows, float[] w, float eps, float[] y, int yo, int ys) {
      plain.rmsNorm(x, xo, xs, rows, w, eps, y, yo, ys);
    }

    @Override
    public void swiGlu(float[] gate, float[] up, int from, int to) {
      plain.swiGlu(gate, up, from, to);
    }
  }
}
