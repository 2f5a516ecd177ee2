package dev.guildhall.engine.cpu;

/**
 * {@code down(silu(gate x) · up x)}: a dense layer, the shared experts or one routed expert.
 *
 * @param gate hidden to inner
 * @param up hidden to inner
 * @param down inner to hidden
 */
record FeedForward(Matrix gate, Matrix up, Matrix down) {

  float[] forward(Compute compute, float[] x, int rows) {
    float[] inner = compute.linear(x, rows, gate);
    compute.kernels().swiGlu(inner, compute.linear(x, rows, up), 0, inner.length);
    return compute.linear(inner, rows, down);
  }

  /** Multiply-adds for some rows. */
  long cost(int rows) {
    return 3L * rows * gate.out() * gate.in();
  }
}
