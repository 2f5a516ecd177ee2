package dev.guildhall.engine.cuda;

/**
 * The grouped matrix product of devices before Hopper (sm_80, sm_89), by {@code mma.sync}; {@code
 * grouped_gemm_mma.cuh} has the kernel's side.
 *
 * @param multiprocessors of the device
 */
record MmaGemm(Kernels kernels, int multiprocessors) implements GroupedProduct {

  @Override
  public void multiply(
      Operand tokens,
      Operand weights,
      Groups groups,
      int expected,
      Output out,
      int depth,
      int tokenColumns) {
    MmaTile tile = MmaTile.choose(weights.scales() != null, expected);
    launch(tile, tokens, weights, groups, out, depth, tokenColumns);
  }

  void launch(
      MmaTile tile,
      Operand tokens,
      Operand weights,
      Groups groups,
      Output out,
      int depth,
      int tokenColumns) {
    kernels.launch(
        tile.kernel(),
        tile.grid(multiprocessors),
        a ->
            a.pointer(tokens.address())
                .pointer(weights.address())
                .pointer(tile.fp8() ? tokens.scales() : 0)
                .pointer(tile.fp8() ? weights.scales() : 0)
                .longs(GroupedProduct.scalePitch(tokens.rows()))
                .pointer(groups.starts())
                .pointer(groups.counts())
                .pointer(out.address())
                .ints(groups.count(), out.columns(), depth, groups.rows())
                .ints(Math.toIntExact(tokens.columns()), out.pitch())
                .ints(out.groupColumns(), tokenColumns));
  }
}
