package dev.guildhall.engine.cpu;

/**
 * The arithmetic of a forward pass. All forms give the same bits, because the order of every sum is
 * part of this contract: a sum over {@code n} terms has sixteen partial sums, term {@code i} goes
 * to partial sum {@code i mod 16} by a fused multiply-add in ascending order, and the partial sums
 * are added in halves (8 to 15 onto 0 to 7, then 4 to 7 onto 0 to 3, and so on). A result therefore
 * depends on its own inputs only: not on how many rows share a call, how work is split over
 * threads, which form runs, or how wide its registers are. Batching, chunking and the number of
 * ranks never change a token.
 *
 * <p>Arrays are row-major; an offset counts elements, a stride is the distance between rows.
 * Implementations are stateless and safe for concurrent use; arguments are trusted.
 */
interface Kernels {

  /** {@code native avx2}, {@code vector}, {@code java}. */
  String name();

  /**
   * {@code y[r][o] = Σ x[r][i] · w[o][i]} for outputs {@code from} until {@code to}; output {@code
   * o} of row {@code r} lies at {@code yOffset + r·yStride + o}.
   */
  void matmul(
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      Matrix w,
      int from,
      int to,
      float[] y,
      int yOffset,
      int yStride);

  /**
   * {@code out[r][d] += Σ p[r][j] · m[j][d]} over rows {@code from} until {@code to} of an F32
   * matrix, for {@code d < width}; the one sum that is taken strictly in ascending order of {@code
   * j}, so that it can go on page after page. {@code p[r][from]} lies at {@code pOffset +
   * r·pStride}.
   */
  void accumulate(
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
      int outStride);

  /** Replaces {@code n} values by the softmax of {@code scale} times them; {@code n ≥ 1}. */
  void softmax(float[] s, int offset, int n, float scale);

  /**
   * {@code y = x / sqrt(mean(x²) + eps) · weight}, the width being the length of {@code weight}; in
   * place if {@code x} and {@code y} and their offsets are the same.
   */
  void rmsNorm(
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      float[] weight,
      float eps,
      float[] y,
      int yOffset,
      int yStride);

  /** {@code gate = gate / (1 + exp(-gate)) · up} for elements {@code from} until {@code to}. */
  void swiGlu(float[] gate, float[] up, int from, int to);
}
