package dev.guildhall.engine.cpu;

import java.util.function.IntConsumer;

/**
 * Kernels and the threads that run them. Splits work where it is worth waking a thread; by the
 * contract of {@link Kernels} no split changes a bit.
 */
record Compute(Kernels kernels, Workers workers) {

  /** Multiply-adds (about 20 microseconds) below which work stays on its thread. */
  private static final long GRAIN = 500_000;

  /** {@code x} (rows × w.in) times {@code w} transposed: rows × w.out. */
  float[] linear(float[] x, int rows, Matrix w) {
    float[] y = new float[rows * w.out()];
    int parts = parts((long) rows * w.out() * w.in(), w.out());
    workers.run(
        parts,
        i ->
            kernels.matmul(
                x,
                0,
                w.in(),
                rows,
                w,
                bound(w.out(), i, parts),
                bound(w.out(), i + 1, parts),
                y,
                0,
                w.out()));
    return y;
  }

  /** Runs tasks that take {@code cost} multiply-adds together, on this thread if that is little. */
  void each(int tasks, long cost, IntConsumer body) {
    if (cost < 2 * GRAIN) {
      for (int i = 0; i < tasks; i++) {
        body.accept(i);
      }
    } else {
      workers.run(tasks, body);
    }
  }

  float[] norm(float[] x, int rows, float[] weight, float eps) {
    float[] y = new float[x.length];
    kernels.rmsNorm(x, 0, weight.length, rows, weight, eps, y, 0, weight.length);
    return y;
  }

  private int parts(long cost, int most) {
    return workers.threads() == 1
        ? 1
        : (int) Math.clamp(cost / GRAIN, 1, Math.min(most, 4L * workers.threads()));
  }

  private static int bound(int total, int part, int parts) {
    return (int) ((long) total * part / parts);
  }
}
