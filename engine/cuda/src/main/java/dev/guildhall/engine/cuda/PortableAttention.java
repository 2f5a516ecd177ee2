package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.Launches.NormedProduct;
import dev.guildhall.engine.cuda.Launches.Product;
import dev.guildhall.engine.model.ModelConfig;
import java.util.List;

/**
 * Attention in float32 on any device. A token's bits do not depend on how a prompt was cut into
 * chunks: splits lie at fixed positions.
 */
final class PortableAttention implements Attention {
  /** Floats for the splits; more rows take turns. */
  private static final long PART_FLOATS = 16 << 20;

  private static final int HEADS_PER_BLOCK = 4;
  private static final int KEYS_PER_TILE = 16;

  private final ModelConfig config;
  private final Launches launches;
  private final Workspace space;
  private final int pageTokens;
  private final Buffer query;
  private final Buffer latentQuery;
  private final Buffer context;
  private final Buffer value;
  private final Buffer parts;

  PortableAttention(
      Allocator m, ModelConfig config, Launches launches, Workspace space, int pageTokens) {
    this.config = config;
    this.launches = launches;
    this.space = space;
    this.pageTokens = pageTokens;
    long n = space.rows();
    long heads = n * config.heads();
    int splits = Workspace.splits(config.maxPositions() - 1);
    long oneRow = (long) config.heads() * splits * (config.latentRank() + 2);
    query = m.floats(heads * config.headDim(), "queries");
    latentQuery = m.floats(heads * config.cacheWidth(), "latent queries");
    context = m.floats(heads * config.latentRank(), "contexts");
    value = m.floats(heads * config.valueDim(), "values");
    parts = m.floats(Math.max(oneRow, Math.min(n * oneRow, PART_FLOATS)), "attention splits");
  }

  @Override
  public void forward(Layer layer, Rows rows) {
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
                ? new NormedProduct(w.query(), query)
                : new NormedProduct(w.queryLatent(), space.queryLatent())));
    append(layer, n);
    queries(w, n);
    attend(layer.cache(), rows);
    long rank = config.latentRank();
    int heads = config.heads();
    int each = config.valueDim();
    launches.linear(
        new Product(
            context.address(),
            heads * rank,
            rank,
            w.expand(),
            config.nopeDim(),
            config.nopeDim() + each,
            value.address(),
            (long) heads * each,
            each,
            each,
            heads),
        n,
        config.latentRank(),
        false);
    launches.linear(value, n, w.output(), space.hidden(), true);
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
          List.of(new NormedProduct(w.query(), query)));
    }
    int heads = config.heads();
    int rank = config.latentRank();
    int nope = config.nopeDim();
    launches.linear(
        new Product(
            query.address(),
            (long) heads * config.headDim(),
            config.headDim(),
            w.keyUp(),
            0,
            rank,
            latentQuery.address(),
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
                a.pointer(query)
                    .pointer(space.rotations())
                    .pointer(latentQuery)
                    .ints(heads, nope, config.ropeDim(), rank));
  }

  private void attend(Buffer cache, Rows rows) {
    int splits = rows.splits();
    int heads = config.heads();
    int rank = config.latentRank();
    int width = config.cacheWidth();
    long oneRow = (long) heads * splits * (rank + 2);
    int turn = Math.clamp(parts.bytes() / 4 / oneRow, 1, 65535);
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
                        .pointer(latentQuery.at((long) from * heads * width))
                        .pointer(cache)
                        .pointer(parts)
                        .pointer(context.at((long) from * heads * rank))
                        .ints(heads, rank, width, splits, rows.firstKey())
                        .number((float) config.softmaxScale()));
      }
    }
  }
}
