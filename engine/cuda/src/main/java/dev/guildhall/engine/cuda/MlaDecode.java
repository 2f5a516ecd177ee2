package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.hopper.MlaPlan;

/**
 * Launches of Hopper's absorbed attention over the paged latent cache, for latents of {@value
 * MlaPlan#LATENT} values and {@value MlaPlan#WIDTH} in a cached row; {@code mla_decode.cuh} has the
 * kernels' side.
 */
record MlaDecode(Kernels kernels) {

  /**
   * The sequences of a step.
   *
   * @param plan their shares
   * @param queries query tokens of each sequence, its last ones
   * @param lengths ints, keys of each, new ones included; 0 for places not in use
   * @param pages ints, {@code pagePitch} for each sequence
   * @param prepared ints, {@link MlaPlan#planInts()}: written by {@link #plan}
   * @param firstKey the first key that a sequence has
   */
  record Batch(
      MlaPlan plan,
      int queries,
      long lengths,
      long pages,
      int pagePitch,
      long prepared,
      int firstKey) {
    int heads() {
      return plan.rows() / queries;
    }
  }

  /**
   * A layer's cache, BF16.
   *
   * @param rows pages × tokens of a page
   * @param pageTokens a power of two, at least 8
   */
  record Cache(long address, int rows, int pageTokens) {}

  /**
   * Room for a layer's attention.
   *
   * @param query BF16, sequences × queries × heads rows of {@value MlaPlan#WIDTH}
   * @param out BF16, as many rows of {@value MlaPlan#LATENT}
   * @param partial floats, {@link MlaPlan#partialFloats()}
   * @param partialLogs floats, {@link MlaPlan#partialRows()}
   */
  record Rows(long query, long out, Buffer partial, Buffer partialLogs) {}

  /** Prepares a step, once for all layers. */
  void plan(Batch b) {
    kernels.launch(
        "mla_plan",
        new Grid(1, 1, 1, 1024, MlaPlan.planSharedBytes()),
        a ->
            a.pointer(b.lengths())
                .pointer(b.prepared())
                .ints(b.plan().batch(), b.plan().shares(), MlaPlan.LEAST_BLOCKS));
  }

  /** Attends in one layer. */
  void attend(Batch b, Cache cache, Rows rows, float scale) {
    MlaPlan p = b.plan();
    Grid shares = new Grid(p.rowBlocks(), p.shares(), 1, MlaPlan.THREADS, MlaPlan.sharedBytes());
    for (Grid grid : new Grid[] {shares, Grid.of(p.rows(), p.batch(), 1, 128)}) {
      kernels.launch(
          grid == shares ? "mla_decode" : "mla_combine",
          grid,
          a ->
              a.map(queryMap(p, rows))
                  .map(cacheMap(cache))
                  .pointer(b.lengths())
                  .pointer(b.prepared())
                  .pointer(b.pages())
                  .pointer(rows.out())
                  .pointer(rows.partial())
                  .pointer(rows.partialLogs())
                  .ints(p.batch(), b.heads(), b.queries(), p.shares(), MlaPlan.LEAST_BLOCKS)
                  .ints(cache.pageTokens(), b.pagePitch(), cache.rows(), b.firstKey())
                  .number(scale));
    }
  }

  private static byte[] queryMap(MlaPlan p, Rows rows) {
    long count = (long) p.batch() * p.rows();
    return TensorMaps.bf16(rows.query(), MlaPlan.WIDTH, count, MlaPlan.KEYS);
  }

  private static byte[] cacheMap(Cache cache) {
    int box = Math.min(MlaPlan.KEYS, cache.pageTokens());
    return TensorMaps.bf16(cache.address(), MlaPlan.WIDTH, cache.rows(), box);
  }
}
