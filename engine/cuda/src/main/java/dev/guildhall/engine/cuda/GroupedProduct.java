package dev.guildhall.engine.cuda;

/**
 * {@code out = tokens · weightsᵀ} for groups of rows on tensor cores, BF16 out. Rows of operands
 * begin at multiples of 16 bytes.
 */
interface GroupedProduct {

  /** Multiprocessors of the device. */
  int multiprocessors();

  /**
   * A matrix of BF16, or of e4m3 with scales, rows without gaps.
   *
   * @param scales null in BF16. Tokens: floats, one row of {@code rows} (padded to a multiple of 4)
   *     for each 128 columns. Weights: floats, groups × 128 rows × 128 columns
   */
  record Operand(long address, long rows, long columns, Long scales) {}

  /**
   * Which rows belong to a group: {@code counts[g]} from {@code starts[g]} on. Without starts, from
   * {@code g · rows} on, or all from 0 on where they have columns of their own; without counts,
   * {@code rows} of them.
   *
   * @param starts address of ints, or 0
   * @param counts address of ints, or 0
   */
  record Groups(int count, long starts, long counts, int rows) {}

  /**
   * Where results go: row r, column c of group g at {@code r · pitch + g · groupColumns + c}.
   *
   * @param columns of a group's result, which is rows of its weights
   */
  record Output(long address, int columns, int pitch, int groupColumns) {}

  /**
   * What is multiplied, and where that goes.
   *
   * @param depth columns of a group's tokens and of the weights
   * @param tokenColumns from one group's columns to the next one's in a row of tokens; 0 if groups
   *     have rows of their own
   */
  record Product(
      Operand tokens, Operand weights, Groups groups, Output out, int depth, int tokenColumns) {

    /** Whether operands are e4m3 with block scales; otherwise BF16. */
    boolean fp8() {
      return weights.scales() != null;
    }
  }

  /**
   * Launches, with the tile that is thought to be fastest.
   *
   * @param expected rows of a group, at least 1; any number is computed rightly
   */
  void multiply(Product product, int expected);

  /** Floats from one 128 columns' token scales to the next one's. */
  static long scalePitch(long rows) {
    return Math.ceilDiv(rows, 4L) * 4;
  }

  /** The form that a device has kernels for. */
  static GroupedProduct of(Device device, Kernels kernels) {
    return device.capability() / 10 == 9
        ? GroupedGemm.of(kernels, device.multiprocessors())
        : new MmaGemm(kernels, device.multiprocessors());
  }
}
