package dev.guildhall.engine.cpu;

import static java.lang.foreign.MemorySegment.ofArray;

/** The C form, for x86-64 with AVX2 or AVX-512. */
final class NativeKernels implements Kernels {

  @Override
  public String name() {
    return NativeLibrary.LEVEL == 512 ? "native avx512" : "native avx2";
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
    int bf16 = w.type() == Matrix.Type.BF16 ? 1 : 0;
    try {
      NativeLibrary.MATMUL.invokeExact(
          ofArray(x),
          xOffset,
          xStride,
          rows,
          w.data(),
          bf16,
          w.in(),
          from,
          to,
          ofArray(y),
          yOffset,
          yStride);
    } catch (Throwable e) {
      throw unexpected(e);
    }
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
    try {
      NativeLibrary.ACCUMULATE.invokeExact(
          ofArray(p),
          pOffset,
          pStride,
          rows,
          m.data(),
          m.in(),
          from,
          to,
          width,
          ofArray(out),
          outOffset,
          outStride);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  @Override
  public void softmax(float[] s, int offset, int n, float scale) {
    try {
      NativeLibrary.SOFTMAX.invokeExact(ofArray(s), offset, n, scale);
    } catch (Throwable e) {
      throw unexpected(e);
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
    try {
      NativeLibrary.RMS_NORM.invokeExact(
          ofArray(x),
          xOffset,
          xStride,
          rows,
          ofArray(weight),
          weight.length,
          eps,
          ofArray(y),
          yOffset,
          yStride);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  @Override
  public void swiGlu(float[] gate, float[] up, int from, int to) {
    try {
      NativeLibrary.SWIGLU.invokeExact(ofArray(gate), ofArray(up), from, to);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static RuntimeException unexpected(Throwable e) {
    return new IllegalStateException("a native kernel could not be called", e);
  }
}
