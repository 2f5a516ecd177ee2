package dev.guildhall.engine.cuda;

/**
 * {@code down(silu(gate x) · up x)}.
 *
 * @param gateUp gate's rows, then up's
 * @param down inner to hidden
 */
record FeedForward(Matrix gateUp, Matrix down) {
  int inner() {
    return down.in();
  }
}
