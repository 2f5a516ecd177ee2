package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.hopper.GemmTile;

/**
 * Launches of Hopper's grouped matrix product {@code out = tokens · weightsᵀ}, BF16 out; {@code
 * grouped_gemm.cuh} has the kernel's side. Rows of operands begin at multiples of 16 bytes.
 *
 * @param multiprocessors blocks of a launch; each walks its share of the tiles
 */
record GroupedGemm(Kernels kernels, int multiprocessors) {

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
   * Launches.
   *
   * @param depth columns of a group's tokens and of the weights
   * @param tokenColumns from one group's columns to the next one's in a row of tokens; 0 if groups
   *     have rows of their own
   */
  void launch(
      GemmTile tile,
      Operand tokens,
      Operand weights,
      Groups groups,
      Output out,
      int depth,
      int tokenColumns) {
    Grid grid = new Grid(multiprocessors, 1, 1, GemmTile.THREADS, tile.sharedBytes());
    kernels.launch(
        tile.kernel(),
        grid,
        a ->
            a.map(map(tile, tokens, tile.tokens()))
                .map(map(tile, weights, tile.weights()))
                .map(tile.fp8() ? tokenScales(tile, tokens) : null)
                .pointer(tile.fp8() ? weights.scales() : 0)
                .pointer(groups.starts())
                .pointer(groups.counts())
                .pointer(out.address())
                .ints(groups.count(), out.columns(), depth, groups.rows())
                .ints(out.pitch(), out.groupColumns(), tokenColumns));
  }

  private static byte[] map(GemmTile tile, Operand operand, int boxRows) {
    return tile.fp8()
        ? TensorMaps.e4m3(operand.address(), operand.columns(), operand.rows(), boxRows)
        : TensorMaps.bf16(operand.address(), operand.columns(), operand.rows(), boxRows);
  }

  private static byte[] tokenScales(GemmTile tile, Operand tokens) {
    long blocks = Math.ceilDiv(tokens.columns(), 128L);
    long pitch = scalePitch(tokens.rows());
    return TensorMaps.floats(tokens.scales(), tokens.rows(), blocks, pitch, tile.tokens());
  }

  /** Floats from one 128 columns' token scales to the next one's. */
  static long scalePitch(long rows) {
    return Math.ceilDiv(rows, 4L) * 4;
  }
}
