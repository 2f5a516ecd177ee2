package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.GroupedProduct.Groups;
import dev.guildhall.engine.cuda.GroupedProduct.Operand;
import dev.guildhall.engine.cuda.GroupedProduct.Output;
import dev.guildhall.engine.cuda.GroupedProduct.Product;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.Launches.NormedProduct;
import dev.guildhall.engine.cuda.Launches.Sorted;
import dev.guildhall.engine.cuda.Matrix.Type;
import dev.guildhall.engine.model.ModelConfig;
import java.util.List;

/**
 * Products of float32 rows with BF16 or FP8 weights on tensor cores: rows are rounded on their way
 * in, results on their way out; see {@link Arithmetic#TENSOR}. Its buffers serve one product at a
 * time, in the order of the stream.
 *
 * @param narrow rounded rows, BF16 or e4m3
 * @param scales of e4m3 rows
 * @param result BF16
 * @param heldCounts rows of each slot, ints
 * @param heldStarts where they begin
 */
record TensorCores(
    Kernels kernels,
    GroupedProduct gemm,
    Buffer narrow,
    Buffer scales,
    Buffer result,
    Buffer heldCounts,
    Buffer heldStarts) {

  /** Bytes that a row of an operand begins at multiples of. */
  private static final int ROW_BYTES = 16;

  /**
   * Room for a model's products.
   *
   * @param rows most rows of a step
   */
  static TensorCores allocate(
      Device device, Allocator m, Kernels kernels, ModelConfig c, int rows) {
    int heads = c.heads();
    long in =
        most(
            2 * c.hiddenSize(), c.queryRank(), heads * c.valueDim(), c.denseSize(), c.sharedSize());
    long out =
        most(
            heads * most(c.headDim(), c.valueDim()),
            2 * c.denseSize(),
            2 * c.sharedSize(),
            c.hiddenSize(),
            c.queryRank(),
            c.cacheWidth(),
            c.experts());
    long sorted = Math.max((long) rows * c.expertsPerToken(), LocalExperts.ROWS);
    long all = Math.max(rows, Workspace.LOGIT_ROWS);
    long narrow = Math.max(all * in, sorted * most(c.hiddenSize(), c.expertSize()));
    long wide =
        Math.max(
            Math.max(all * out, (long) Workspace.LOGIT_ROWS * c.vocabSize()),
            sorted * most(2 * c.expertSize(), c.hiddenSize()));
    long blocks = Math.ceilDiv(Math.max(in, most(c.hiddenSize(), c.expertSize())), 128);
    return new TensorCores(
        kernels,
        GroupedProduct.of(device, kernels),
        m.allocate(2 * narrow, "rounded rows"),
        m.floats(blocks * GroupedProduct.scalePitch(Math.max(all, sorted)), "scales of rows"),
        m.allocate(2 * wide, "products"),
        m.floats(c.experts(), "rows of held experts"),
        m.floats(c.experts(), "starts of held experts"));
  }

  private static long most(long... values) {
    return java.util.Arrays.stream(values).max().orElseThrow();
  }

  /** Whether the tensor cores can read these weights. */
  static boolean fits(Matrix w) {
    return w.type() != Type.F32 && w.in() * w.type().bytes % ROW_BYTES == 0;
  }

  /** {@code y = x wᵀ}, or {@code y += x wᵀ}; rows without gaps. */
  void linear(long x, int rows, Matrix w, long y, boolean add) {
    Groups one = new Groups(1, 0, 0, rows);
    product(narrowed(x, 0, 0, rows, w), w, one, w.out(), rows);
    widen(0, rows, w.out(), y, add);
  }

  /**
   * {@code y = norm(x) wᵀ} for matrices of one type and width; the normalised rows go nowhere else.
   */
  void normLinear(Buffer x, int rows, Buffer weight, float eps, List<NormedProduct> products) {
    narrowNormed(x, rows, weight, eps, products.getFirst().w());
    Groups one = new Groups(1, 0, 0, rows);
    for (NormedProduct p : products) {
      product(operand(rows, p.w()), p.w(), one, p.w().out(), rows);
      widen(0, rows, p.w().out(), p.y().address(), false);
    }
  }

  /** {@code norm(x) wᵀ}, as BF16 that the next product overwrites. */
  Operand normProduct(Buffer x, int rows, Buffer weight, float eps, Matrix w) {
    narrowNormed(x, rows, weight, eps, w);
    product(operand(rows, w), w, new Groups(1, 0, 0, rows), w.out(), rows);
    return new Operand(result.address(), rows, w.out(), null);
  }

  private void narrowNormed(Buffer x, int rows, Buffer weight, float eps, Matrix w) {
    kernels.launch(
        w.type() == Type.E4M3 ? "norm_narrow_e4m3" : "norm_narrow_bf16",
        Grid.of(rows, 256),
        a ->
            a.pointer(x)
                .pointer(weight)
                .pointer(narrow)
                .pointer(scales)
                .longs(GroupedProduct.scalePitch(rows))
                .ints(w.in())
                .number(eps));
  }

  /**
   * A product for each head: columns of a row, times rows of the weights.
   *
   * @param tokens BF16, the heads side by side
   * @param columns from one head's to the next one's
   * @param w BF16, the heads one below the other
   * @param depth columns that count, from each head's first one on
   */
  void heads(Operand tokens, int columns, Matrix w, int heads, int depth, Output out) {
    int rows = Math.toIntExact(tokens.rows());
    Operand weights = new Operand(w.buffer().address(), w.out(), w.in(), null);
    Groups groups = new Groups(heads, 0, 0, rows);
    gemm.multiply(new Product(tokens, weights, groups, out, depth, columns), rows);
  }

  /** Where {@link #betweenLinear} reads rows that heads have written side by side, BF16. */
  Buffer between(Matrix w) {
    return w.type() == Type.E4M3 ? result : narrow;
  }

  /** {@code y += w x} for the rows in {@link #between}, rounded as other products' are. */
  void betweenLinear(int rows, Matrix w, long y) {
    if (w.type() == Type.E4M3) {
      narrow("narrow_bf16_e4m3", result.address(), 0, 0, rows, w);
    }
    product(operand(rows, w), w, new Groups(1, 0, 0, rows), w.out(), rows);
    widen(0, rows, w.out(), y, true);
  }

  /** {@code y (+)= down(silu(gate x) · up x)}; what lies between is rounded as results are. */
  void feedForward(Buffer x, int rows, FeedForward f, Buffer y, boolean add) {
    Groups one = new Groups(1, 0, 0, rows);
    product(narrowed(x.address(), 0, 0, rows, f.gateUp()), f.gateUp(), one, f.gateUp().out(), rows);
    product(gated(rows, 0, f.down()), f.down(), one, f.down().out(), rows);
    widen(0, rows, f.down().out(), y.address(), add);
  }

  /**
   * Rows sorted by expert, through the experts held, as {@link #feedForward} does it.
   *
   * @param rows most rows of all experts together
   */
  void experts(RoutedExperts e, Buffer x, Sorted sorted, int rows, Buffer y) {
    long live = sorted.starts().at(e.slotOf().length);
    Groups held = held(e, sorted);
    int each = Math.max(1, rows / held.count());
    Operand tokens = narrowed(x.address(), sorted.sources().address(), live, rows, e.gateUp());
    product(tokens, e.gateUp(), held, e.gateUp().out() / held.count(), each);
    int outs = e.down().out() / held.count();
    product(gated(rows, live, e.down()), e.down(), held, outs, each);
    widen(live, rows, outs, y.address(), false);
  }

  /** Gate and up of the last result, as the rows that {@code w} takes. */
  private Operand gated(int rows, long live, Matrix w) {
    kernels.launch(
        w.type() == Type.E4M3 ? "swiglu_narrow_e4m3" : "swiglu_narrow_bf16",
        Grid.of(rows, 256),
        a ->
            a.pointer(result)
                .pointer(live)
                .pointer(narrow)
                .pointer(scales)
                .longs(GroupedProduct.scalePitch(rows))
                .ints(w.in()));
    return operand(rows, w);
  }

  private Operand operand(int rows, Matrix w) {
    return new Operand(
        narrow.address(), rows, w.in(), w.type() == Type.E4M3 ? scales.address() : null);
  }

  private Groups held(RoutedExperts e, Sorted sorted) {
    int experts = e.slotOf().length;
    kernels.launch(
        "held_groups",
        Grid.of(1, 256),
        a ->
            a.pointer(sorted.counts())
                .pointer(sorted.starts())
                .pointer(e.slots())
                .pointer(heldCounts)
                .pointer(heldStarts)
                .ints(experts));
    return new Groups(e.held(), heldStarts.address(), heldCounts.address(), 0);
  }

  private Operand narrowed(long x, long sources, long live, int rows, Matrix w) {
    return narrow(w.type() == Type.E4M3 ? "narrow_e4m3" : "narrow_bf16", x, sources, live, rows, w);
  }

  private Operand narrow(String kernel, long x, long sources, long live, int rows, Matrix w) {
    kernels.launch(
        kernel,
        Grid.of(rows, 256),
        a ->
            a.pointer(x)
                .pointer(sources)
                .pointer(live)
                .pointer(narrow)
                .pointer(scales)
                .longs(GroupedProduct.scalePitch(rows))
                .ints(w.in()));
    return operand(rows, w);
  }

  private void product(Operand tokens, Matrix w, Groups groups, int outs, int expected) {
    boolean fp8 = w.type() == Type.E4M3;
    Operand weights =
        new Operand(w.buffer().address(), w.out(), w.in(), fp8 ? w.scales().address() : null);
    Output out = new Output(result.address(), outs, outs, 0);
    gemm.multiply(new Product(tokens, weights, groups, out, w.in(), 0), expected);
  }

  private void widen(long live, int rows, int width, long y, boolean add) {
    kernels.launch(
        "widen_rows",
        Grid.of(rows, 256),
        a -> a.pointer(result).pointer(live).pointer(y).ints(width, add ? 1 : 0));
  }
}
