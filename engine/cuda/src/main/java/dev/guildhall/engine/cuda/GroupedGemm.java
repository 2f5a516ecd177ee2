package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.hopper.GemmTile;

/**
 * Hopper's grouped matrix product, by {@code wgmma}; {@code grouped_gemm.cuh} has the kernel's
 * side.
 *
 * @param shape what the choice of a tile depends on; a launch has a block for each multiprocessor,
 *     which walks its share of the tiles
 */
record GroupedGemm(Kernels kernels, dev.guildhall.engine.cuda.hopper.Device shape)
    implements GroupedProduct {

  /** On a device like an H100 with so many multiprocessors. */
  static GroupedGemm of(Kernels kernels, int multiprocessors) {
    return new GroupedGemm(
        kernels, dev.guildhall.engine.cuda.hopper.Device.H100.withMultiprocessors(multiprocessors));
  }

  @Override
  public int multiprocessors() {
    return shape.multiprocessors();
  }

  @Override
  public void multiply(Product p, int expected) {
    launch(
        GemmTile.choose(shape, p.fp8(), p.groups().count(), expected, p.out().columns(), p.depth()),
        p);
  }

  void launch(GemmTile tile, Product p) {
    kernels.launch(
        tile.kernel(),
        new Grid(multiprocessors(), 1, 1, GemmTile.THREADS, tile.sharedBytes()),
        a ->
            a.map(map(tile, p.tokens(), tile.tokens()))
                .map(map(tile, p.weights(), tile.weights()))
                .map(tile.fp8() ? tokenScales(tile, p.tokens()) : null)
                .pointer(tile.fp8() ? p.weights().scales() : 0)
                .pointer(p.groups().starts())
                .pointer(p.groups().counts())
                .pointer(p.out().address())
                .ints(p.groups().count(), p.out().columns(), p.depth(), p.groups().rows())
                .ints(p.out().pitch(), p.out().groupColumns(), p.tokenColumns()));
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
