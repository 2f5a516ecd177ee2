package dev.guildhall.engine.cuda;

import java.util.Locale;

/**
 * The tile shapes compiled in {@code grouped_gemm_mma.cu}; names, sizes and shared memory are the
 * same there. A tile is {@link #tokens} × 128 of the output.
 */
enum MmaTile {
  BF16_128X128(false, 128, 256, 3, 1),
  BF16_16X128(false, 16, 128, 4, 2),
  E4M3_128X128(true, 128, 256, 3, 1),
  E4M3_16X128(true, 16, 128, 4, 2);

  private static final int WEIGHTS = 128;
  private static final int STAGE_ROW_BYTES = 128;

  /** Rows of a group up to which reading weights again for each 16 costs less than empty rows. */
  private static final int FEW = 32;

  private final boolean fp8;
  private final int tokens;
  private final int threads;
  private final int stages;
  private final int resident;

  /**
   * @param resident blocks of one multiprocessor at a time, on sm_80
   */
  MmaTile(boolean fp8, int tokens, int threads, int stages, int resident) {
    this.fp8 = fp8;
    this.tokens = tokens;
    this.threads = threads;
    this.stages = stages;
    this.resident = resident;
  }

  /** The tile for groups of about so many rows. */
  static MmaTile choose(boolean fp8, int rows) {
    if (fp8) {
      return rows <= FEW ? E4M3_16X128 : E4M3_128X128;
    }
    return rows <= FEW ? BF16_16X128 : BF16_128X128;
  }

  /** The kernel's name in the module. */
  String kernel() {
    return "grouped_gemm_mma_" + name().toLowerCase(Locale.ROOT);
  }

  /** Whether the operands are e4m3 with block scales; otherwise BF16. */
  boolean fp8() {
    return fp8;
  }

  /** Blocks that walk the tiles, their threads and shared memory. */
  Kernels.Grid grid(int multiprocessors) {
    int shared = stages * (tokens + WEIGHTS) * STAGE_ROW_BYTES;
    return new Kernels.Grid(resident * multiprocessors, 1, 1, threads, shared);
  }
}
