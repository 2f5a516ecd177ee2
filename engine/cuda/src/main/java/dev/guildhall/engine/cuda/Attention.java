package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.Launches.NormedProduct;
import dev.guildhall.engine.cuda.Launches.Product;
import dev.guildhall.engine.model.ModelConfig;
import java.util.List;

/**
 * Multi-head latent attention in its absorbed form, for prefill too: then a token's bits do not
 * depend on how a prompt was cut into chunks. Splits lie at fixed positions for the same reason.
 */
final class Attention {
  private static final int HEADS_PER_BLOCK = 4;
  private static final int KEYS_PER_TILE = 16;

  private final ModelConfig config;
  private final Launches launches;
  private final Workspace space;
  private final int pageTokens;

  Attention(ModelConfig config, Launches launches, Workspace space, int pageTokens) {
    this.config = config;
    this.launches = launches;
    this.space = space;
    this.pageTokens = pageTokens;
  }

  /**
   * The rows of a step.
   *
   * @param count rows
   * @param live those that are tokens; the rest only fill up and have position -1
   * @param splits parts of 256 keys that are looked at
   * @param firstKey the first position that has a cache entry
   */
  record Rows(int count, int live, int splits, int firstKey) {}

  /** Adds the attention of the hidden states, normalised, to them. */
  void forward(Layer layer, Rows rows) {
    Layer.Attention w = layer.attention();
    int n = rows.count();
    boolean direct = w.queryLatent() == null;
    launches.normLinear(
        space.hidden(),
        n,
        layer.attentionNorm(),
        (float) config.rmsEps(),
        space.normed(),
        List.of(
            new NormedProduct(w.latent(), space.latent()),
            direct
                ? new NormedProduct(w.query(), space.query())
                : new NormedProduct(w.queryLatent(), space.queryLatent())));
    append(layer, n);
    queries(w, n);
    attend(layer.cache(), rows);
    long rank = config.latentRank();
    int heads = config.heads();
    int value = config.valueDim();
    launches.linear(
        new Product(
            space.context().address(),
            heads * rank,
            rank,
            w.expand(),
            config.nopeDim(),
            config.nopeDim() + value,
            space.value().address(),
            (long) heads * value,
            value,
            value,
            heads),
        n,
        config.latentRank(),
        false);
    launches.linear(space.value(), n, w.output(), space.hidden(), true);
  }

  private Arguments places(Arguments a, long row) {
    return a.pointer(space.positions().at(row))
        .pointer(space.pages().at(row * space.maxPages()))
        .ints(space.maxPages(), pageTokens);
  }

  private void append(Layer layer, int n) {
    Layer.Attention w = layer.attention();
    launches
        .kernels()
        .launch(
            "append_latent",
            Grid.of(n, 256),
            a ->
                places(a, 0)
                    .pointer(space.latent())
                    .pointer(w.latentNorm())
                    .pointer(space.rotations())
                    .pointer(layer.cache())
                    .ints(config.latentRank(), config.ropeDim())
                    .number((float) config.rmsEps()));
  }

  private void queries(Layer.Attention w, int n) {
    if (w.queryLatent() != null) {
      launches.normLinear(
          space.queryLatent(),
          n,
          w.queryNorm(),
          (float) config.rmsEps(),
          space.queryLatent(),
          List.of(new NormedProduct(w.query(), space.query())));
    }
    int heads = config.heads();
    int rank = config.latentRank();
    int nope = config.nopeDim();
    launches.linear(
        new Product(
            space.query().address(),
            (long) heads * config.headDim(),
            config.headDim(),
            w.keyUp(),
            0,
            rank,
            space.latentQuery().address(),
            (long) heads * config.cacheWidth(),
            config.cacheWidth(),
            rank,
            heads),
        n,
        nope,
        false);
    launches
        .kernels()
        .launch(
            "rope_queries",
            Grid.of(n, 128),
            a ->
                a.pointer(space.query())
                    .pointer(space.rotations())
                    .pointer(space.latentQuery())
                    .ints(heads, nope, config.ropeDim(), rank));
  }

  private void attend(Buffer cache, Rows rows) {
    int splits = rows.splits();
    int heads = config.heads();
    int rank = config.latentRank();
    int width = config.cacheWidth();
    long oneRow = (long) heads * splits * (rank + 2);
    int turn = Math.clamp(space.parts().bytes() / 4 / oneRow, 1, 65535);
    int shared = 4 * ((KEYS_PER_TILE + HEADS_PER_BLOCK) * width + KEYS_PER_TILE * HEADS_PER_BLOCK);
    for (int first = 0; first < rows.count(); first += turn) {
      int from = first;
      int n = Math.min(turn, rows.count() - from);
      Grid split = new Grid(Math.ceilDiv(heads, HEADS_PER_BLOCK), splits, n, 128, shared);
      for (Grid grid : new Grid[] {split, Grid.of(heads, n, 1, 128)}) {
        launches
            .kernels()
            .launch(
                grid == split ? "attend_split" : "attend_merge",
                grid,
                a ->
                    places(a, from)
                        .pointer(space.latentQuery().at((long) from * heads * width))
                        .pointer(cache)
                        .pointer(space.parts())
                        .pointer(space.context().at((long) from * heads * rank))
                        .ints(heads, rank, width, splits, rows.firstKey())
                        .number((float) config.softmaxScale()));
      }
    }
  }
}
