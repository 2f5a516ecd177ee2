package dev.guildhall.engine.cuda;

/** Descriptors of row-major matrices for Hopper's bulk copies, whose boxes are 128 bytes wide. */
final class TensorMaps {
  /** Size of a descriptor. */
  static final int BYTES = 128;

  private static final int UINT8 = 0;
  private static final int FLOAT32 = 7;
  private static final int BFLOAT16 = 9;
  private static final int NO_SWIZZLE = 0;
  private static final int SWIZZLE_128 = 3;

  private TensorMaps() {}

  /** Rows of BF16 without gaps, copied in boxes of 64 columns. */
  static byte[] bf16(long address, long columns, long rows, int boxRows) {
    int[] box = {BYTES / 2, boxRows};
    return Driver.tensorMap(BFLOAT16, address, columns, rows, 2 * columns, box, SWIZZLE_128);
  }

  /** Rows of e4m3 without gaps, copied in boxes of 128 columns. */
  static byte[] e4m3(long address, long columns, long rows, int boxRows) {
    int[] box = {BYTES, boxRows};
    return Driver.tensorMap(UINT8, address, columns, rows, columns, box, SWIZZLE_128);
  }

  /**
   * Rows of floats, copied one at a time.
   *
   * @param pitch floats from row to row, a multiple of 4
   */
  static byte[] floats(long address, long columns, long rows, long pitch, int boxColumns) {
    int[] box = {boxColumns, 1};
    return Driver.tensorMap(FLOAT32, address, columns, rows, 4 * pitch, box, NO_SWIZZLE);
  }
}
