package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.GroupedProduct.Groups;
import dev.guildhall.engine.cuda.GroupedProduct.Operand;
import dev.guildhall.engine.cuda.GroupedProduct.Output;
import dev.guildhall.engine.cuda.GroupedProduct.Product;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.hopper.MlaPlan;
import dev.guildhall.engine.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention of long chunks of prompts in the expanded form: keys and values of all positions so far
 * are made from the cache, some heads at a time. That is worth it from about 170 rows on, where the
 * absorbed form's 3.4 times as many operations per key outweigh the expansion.
 */
final class HopperPrefill {
  /** Rows of the shortest chunk; steps with so many are never captured in a graph. */
  static final int LEAST_ROWS = StepShape.MOST_ROWS + 1;

  /** Room for the keys of some heads, and again for their values. */
  private static final long ROOM_BYTES = 128 << 20;

  private final ModelConfig config;
  private final Launches launches;
  private final Workspace space;
  private final int pageTokens;
  private final MlaPrefill prefill;
  private final int heads;
  private final Buffer latents;
  private final Buffer keys;
  private final Buffer values;

  /** Makes room; to be made only where {@link #fits}. */
  HopperPrefill(
      Allocator m, ModelConfig config, Launches launches, Workspace space, int pageTokens) {
    this.config = config;
    this.launches = launches;
    this.space = space;
    this.pageTokens = pageTokens;
    prefill = new MlaPrefill(launches.kernels());
    long most = (long) space.maxPages() * pageTokens;
    long head = most * MlaPrefill.NOPE * 2;
    heads = Math.clamp(ROOM_BYTES / head, 1, config.heads());
    latents = m.allocate(most * MlaPlan.WIDTH * 2, "latents of a prompt");
    keys = m.allocate(heads * head, "keys of a prompt");
    values = m.allocate(heads * head, "values of a prompt");
  }

  /** Whether a model's heads are of the size that there is a kernel for. */
  static boolean fits(ModelConfig c) {
    return c.nopeDim() == MlaPrefill.NOPE && c.valueDim() == MlaPrefill.VALUE;
  }

  /**
   * Rows of a step that belong together.
   *
   * @param first row
   * @param start position of the first row
   * @param expanded whether they are attended here
   */
  record Span(int first, int rows, int start, boolean expanded) {}

  /** The long chunks of a step, and what lies between them; rows that fill up come last. */
  static List<Span> spans(List<Slice> slices, int count) {
    List<Span> spans = new ArrayList<>();
    int first = 0;
    int row = 0;
    for (Slice slice : slices) {
      int rows = slice.tokens().length;
      if (rows >= LEAST_ROWS) {
        if (row > first) {
          spans.add(new Span(first, row - first, 0, false));
        }
        spans.add(new Span(row, rows, slice.start(), true));
        first = row + rows;
      }
      row += rows;
    }
    if (count > first) {
      spans.add(new Span(first, count - first, 0, false));
    }
    return List.copyOf(spans);
  }

  /**
   * A chunk's queries, rotated, to where they are wanted.
   *
   * @param queries of all rows of the step, BF16, the heads side by side
   * @param to the chunk's first row
   */
  void queries(Operand queries, Span chunk, long to, long pitch) {
    long width = (long) config.heads() * config.headDim();
    launches
        .kernels()
        .launch(
            "rotate_queries",
            Grid.of(chunk.rows(), 128),
            a ->
                a.pointer(queries.address() + 2 * chunk.first() * width)
                    .pointer(space.rotations().at((long) chunk.first() * config.ropeDim()))
                    .pointer(to)
                    .longs(pitch)
                    .ints(config.heads(), config.nopeDim(), config.ropeDim()));
  }

  /**
   * Attends, all heads.
   *
   * @param query the chunk's first row, as {@link #queries} left it
   * @param out BF16, the heads side by side
   */
  void attend(Layer layer, Span chunk, int firstKey, long query, long pitch, long out) {
    int count = chunk.start() + chunk.rows();
    gather(layer.cache(), chunk, firstKey, count);
    var queries = new MlaPrefill.Queries(query, pitch, chunk.rows(), chunk.start());
    for (int head = 0; head < config.heads(); head += heads) {
      int some = Math.min(heads, config.heads() - head);
      expand(layer.attention().keys(), head, some, count, keys);
      expand(layer.attention().expand(), head, some, count, values);
      prefill.attend(
          queries,
          new MlaPrefill.Keys(
              keys.address(), latents.address(), values.address(), count, head, some, firstKey),
          out,
          config.heads() * MlaPrefill.VALUE,
          (float) config.softmaxScale());
    }
  }

  private void gather(Buffer cache, Span chunk, int firstKey, int count) {
    launches
        .kernels()
        .launch(
            "gather_latents",
            Grid.of(count, 128),
            a ->
                a.pointer(cache)
                    .pointer(space.pages().at((long) chunk.first() * space.maxPages()))
                    .pointer(latents)
                    .ints(pageTokens, MlaPlan.WIDTH, firstKey));
  }

  /** Some heads' rows of {@code w} times each latent. */
  private void expand(Matrix w, int head, int some, int count, Buffer to) {
    int columns = some * MlaPrefill.NOPE;
    long from = w.buffer().address() + 2L * head * MlaPrefill.NOPE * MlaPlan.LATENT;
    launches
        .tensor()
        .gemm()
        .multiply(
            new Product(
                new Operand(latents.address(), count, MlaPlan.WIDTH, null),
                new Operand(from, columns, MlaPlan.LATENT, null),
                new Groups(1, 0, 0, count),
                new Output(to.address(), columns, columns, 0),
                MlaPlan.LATENT,
                0),
            count);
  }
}
