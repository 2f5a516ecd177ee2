package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import java.util.List;

/**
 * Launches of the kernels that more than one part of a step needs.
 *
 * @param tensor null: everything in float32
 */
record Launches(Kernels kernels, TensorCores tensor) {
  private static final int TILE_OUTS = 64;
  private static final int TILE_ROWS = 32;

  Launches(Kernels kernels) {
    this(kernels, null);
  }

  /**
   * Operands of a matrix product in batches (heads); pitches in elements.
   *
   * @param row the matrix's row that the first batch begins with
   * @param batchRows rows from one batch to the next
   * @param batches how many, along the pitches named batch
   */
  record Product(
      long x,
      long xPitch,
      long xBatch,
      Matrix matrix,
      int row,
      int batchRows,
      long y,
      long yPitch,
      long yBatch,
      int outs,
      int batches) {}

  /** {@code y = x wᵀ}, or {@code y += x wᵀ}, for whole matrices. */
  void linear(Buffer x, int rows, Matrix w, Buffer y, boolean add) {
    linear(x.address(), rows, w, y.address(), add);
  }

  void linear(long x, int rows, Matrix w, long y, boolean add) {
    if (fits(w)) {
      tensor.linear(x, rows, w, y, add);
      return;
    }
    linear(new Product(x, w.in(), 0, w, 0, 0, y, w.out(), 0, w.out(), 1), rows, w.in(), add);
  }

  void linear(Product p, int rows, int depth, boolean add) {
    kernels.launch(
        "linear" + p.matrix().type().suffix,
        Grid.of(Math.ceilDiv(p.outs(), TILE_OUTS), Math.ceilDiv(rows, TILE_ROWS), p.batches(), 128),
        a ->
            a.pointer(p.x())
                .pointer(p.matrix().buffer())
                .pointer(p.matrix().scales())
                .pointer(p.y())
                .longs(p.xPitch(), p.xBatch(), p.matrix().in(), p.row(), p.batchRows())
                .longs(p.yPitch(), p.yBatch())
                .ints(rows, p.outs(), depth, add ? 1 : 0));
  }

  /** {@code y = x / sqrt(mean(x²) + eps) · weight}; pitches in elements. */
  void norm(
      long x, long xPitch, int rows, int width, Buffer weight, float eps, long y, long yPitch) {
    kernels.launch(
        "rms_norm",
        Grid.of(rows, 256),
        a -> a.pointer(x).pointer(weight).pointer(y).longs(xPitch, yPitch).ints(width).number(eps));
  }

  void norm(Buffer x, int rows, int width, Buffer weight, float eps, Buffer y) {
    norm(x.address(), width, rows, width, weight, eps, y.address(), width);
  }

  /** {@code y = silu(gate) · up}; {@code live} counts rows on the device, null: all. */
  void swiglu(Buffer both, int rows, int inner, long live, Buffer y) {
    kernels.launch(
        "swiglu", Grid.of(rows, 256), a -> a.pointer(both).pointer(y).pointer(live).ints(inner));
  }

  /** One of several products of the same normalised rows: {@code y = norm(x) wᵀ}. */
  record NormedProduct(Matrix w, Buffer y) {}

  /**
   * Products of rows that are normalised first.
   *
   * @param normed room for the normalised rows, which may not be written; may be {@code x}
   */
  void normLinear(
      Buffer x, int rows, Buffer weight, float eps, Buffer normed, List<NormedProduct> products) {
    Matrix first = products.getFirst().w();
    if (tensor != null
        && products.stream().allMatch(p -> fits(p.w()) && p.w().type() == first.type())) {
      tensor.normLinear(x, rows, weight, eps, products);
      return;
    }
    norm(x, rows, first.in(), weight, eps, normed);
    products.forEach(p -> linear(normed, rows, p.w(), p.y(), false));
  }

  private boolean fits(Matrix w) {
    return tensor != null && TensorCores.fits(w);
  }

  /** {@code y (+)= down(silu(gate x) · up x)}. */
  void feedForward(
      Buffer x, int rows, FeedForward f, Buffer both, Buffer inner, Buffer y, boolean add) {
    if (fits(f.gateUp()) && fits(f.down())) {
      tensor.feedForward(x, rows, f, y, add);
      return;
    }
    linear(x, rows, f.gateUp(), both, false);
    swiglu(both, rows, f.inner(), 0, inner);
    linear(inner, rows, f.down(), y, add);
  }

  /**
   * Rows sorted by expert through their experts.
   *
   * @param rows most rows of all experts together
   * @param perExpert most rows of one
   */
  void experts(RoutedExperts e, Buffer x, Sorted sorted, int rows, int perExpert, Buffer y) {
    if (fits(e.gateUp()) && fits(e.down())) {
      tensor.experts(e, x, sorted, rows, y);
      return;
    }
    int inner = e.down().in();
    Buffer sources = sorted.sources();
    grouped(e.gateUp(), 2 * inner, x, sources, sorted, e, perExpert, sorted.both());
    swiglu(sorted.both(), rows, inner, sorted.starts().at(e.slotOf().length), sorted.inner());
    int outs = e.down().out() / slots(e);
    grouped(e.down(), outs, sorted.inner(), null, sorted, e, perExpert, y);
  }

  private static int slots(RoutedExperts e) {
    return e.gateUp().out() / (2 * e.down().in());
  }

  private void grouped(
      Matrix w,
      int outs,
      Buffer x,
      Buffer sources,
      Sorted sorted,
      RoutedExperts e,
      int perExpert,
      Buffer y) {
    int groups = e.slotOf().length;
    kernels.launch(
        "grouped_linear" + w.type().suffix,
        Grid.of(Math.ceilDiv(outs, TILE_OUTS), Math.ceilDiv(perExpert, TILE_ROWS), groups, 128),
        a ->
            a.pointer(x)
                .pointer(w.buffer())
                .pointer(w.scales())
                .pointer(y)
                .pointer(sorted.counts())
                .pointer(sorted.starts())
                .pointer(e.slots())
                .pointer(sources)
                .ints(groups, outs, w.in()));
  }

  /**
   * Rows sorted by expert, and room for what experts compute of them.
   *
   * @param counts rows of each expert
   * @param starts rows before each expert, and of all
   * @param sources where each row comes from
   */
  record Sorted(Buffer counts, Buffer starts, Buffer sources, Buffer both, Buffer inner) {
    static Sorted allocate(Allocator memory, int experts, int rows, int inner) {
      return new Sorted(
          memory.floats(experts, "expert counts"),
          memory.floats(experts + 1L, "expert starts"),
          memory.floats(rows, "expert rows"),
          memory.floats(2L * rows * inner, "experts' gate and up"),
          memory.floats((long) rows * inner, "experts' inner state"));
    }
  }
}
