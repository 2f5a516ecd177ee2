package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.hopper.MlaPlan;

/**
 * Launches of Hopper's expanded attention for a prompt's chunk, for heads of {@value #NOPE} + 64
 * values in a key and {@value #VALUE} in a value; {@code mla_prefill.cuh} has the kernel's side.
 */
record MlaPrefill(Kernels kernels) {
  /** Values of a head's key that come from the latent. */
  static final int NOPE = 128;

  /** Values of a head's value. */
  static final int VALUE = 128;

  /** Query rows of a block. */
  static final int ROWS = 128;

  private static final int KEYS = 64;
  private static final int THREADS = 384;
  private static final int STAGES = 3;
  private static final int HEAD_TILES = 3;
  private static final int VALUE_TILES = 2;
  private static final int ROW_BYTES = 128;
  private static final int SHARED_BYTES =
      HEAD_TILES * ROWS * ROW_BYTES
          + STAGES * (HEAD_TILES + VALUE_TILES) * KEYS * ROW_BYTES
          + 2 * 64 * ROW_BYTES
          + (2 * STAGES + 1) * Long.BYTES;

  /**
   * A chunk's queries, BF16.
   *
   * @param address of the first row; head h's 192 values, rotated, from column h · 192 on
   * @param pitch values from row to row
   * @param start position of the first row, which sees the keys up to its own
   */
  record Queries(long address, long pitch, int rows, int start) {}

  /**
   * A sequence's keys and values in some heads, BF16, without gaps.
   *
   * @param own keys × heads × {@value #NOPE}
   * @param latents keys × {@value MlaPlan#WIDTH}, of which the last 64 are all heads'
   * @param values keys × heads × {@value #VALUE}
   * @param firstKey those before it are not looked at
   */
  record Keys(
      long own, long latents, long values, int count, int firstHead, int heads, int firstKey) {}

  /**
   * Attends.
   *
   * @param out BF16, rows × {@code outPitch}; head h's values from column h · {@value #VALUE} on
   */
  void attend(Queries q, Keys k, long out, int outPitch, float scale) {
    long width = (long) k.heads() * NOPE;
    kernels.launch(
        "mla_prefill",
        new Grid(Math.ceilDiv(q.rows(), ROWS), k.heads(), 1, THREADS, SHARED_BYTES),
        a ->
            a.map(TensorMaps.bf16(q.address(), q.pitch(), q.rows(), ROWS))
                .map(TensorMaps.bf16(k.own(), width, k.count(), KEYS))
                .map(TensorMaps.bf16(k.latents(), MlaPlan.WIDTH, k.count(), KEYS))
                .map(TensorMaps.bf16(k.values(), width, k.count(), KEYS))
                .pointer(out)
                .ints(q.rows(), q.start(), k.firstKey(), k.firstHead(), outPitch)
                .number(scale));
  }
}
