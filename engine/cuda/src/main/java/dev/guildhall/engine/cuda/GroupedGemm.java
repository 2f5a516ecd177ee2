package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.hopper.GemmTile;

/**
 * Hopper's grouped matrix product, by {@code wgmma}; {@code grouped_gemm.cuh} has the kernel's
 * side.
 *
 * @param multiprocessors blocks of a launch; each walks its share of the tiles
 */
record GroupedGemm(Kernels kernels, int multiprocessors) implements GroupedProduct {

  @Override
  public void multiply(
      Operand tokens,
      Operand weights,
      Groups groups,
      int expected,
      Output out,
      int depth,
      int tokenColumns) {
    var shape = dev.guildhall.engine.cuda.hopper.Device.H100.withMultiprocessors(multiprocessors);
    boolean fp8 = weights.scales() != null;
    GemmTile tile = GemmTile.choose(shape, fp8, groups.count(), expected, out.columns(), depth);
    launch(tile, tokens, weights, groups, out, depth, tokenColumns);
  }

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
    long pitch = GroupedProduct.scalePitch(tokens.rows());
    return TensorMaps.floats(tokens.scales(), tokens.rows(), blocks, pitch, tile.tokens());
  }
}
