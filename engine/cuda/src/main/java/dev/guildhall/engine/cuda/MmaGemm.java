package dev.guildhall.engine.cuda;

/**
 * The grouped matrix product of devices before Hopper (sm_80, sm_89), by {@code mma.sync}; {@code
 * grouped_gemm_mma.cuh} has the kernel's side.
 *
 * @param multiprocessors of the device
 */
record MmaGemm(Kernels kernels, int multiprocessors) implements GroupedProduct {

  @Override
  public void multiply(Product p, int expected) {
    launch(MmaTile.choose(p.fp8(), expected), p);
  }

  void launch(MmaTile tile, Product p) {
    kernels.launch(
        tile.kernel(),
        tile.grid(multiprocessors),
        a ->
            a.pointer(p.tokens().address())
                .pointer(p.weights().address())
                .pointer(tile.fp8() ? p.tokens().scales() : 0)
                .pointer(tile.fp8() ? p.weights().scales() : 0)
                .longs(GroupedProduct.scalePitch(p.tokens().rows()))
                .pointer(p.groups().starts())
                .pointer(p.groups().counts())
                .pointer(p.out().address())
                .ints(p.groups().count(), p.out().columns(), p.depth(), p.groups().rows())
                .ints(Math.toIntExact(p.tokens().columns()), p.out().pitch())
                .ints(p.out().groupColumns(), p.tokenColumns()));
  }
}
