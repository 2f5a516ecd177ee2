package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.GroupedProduct.Operand;
import dev.guildhall.engine.cuda.GroupedProduct.Output;
import dev.guildhall.engine.cuda.HopperPrefill.Span;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.Launches.NormedProduct;
import dev.guildhall.engine.cuda.MlaDecode.Batch;
import dev.guildhall.engine.cuda.MlaDecode.Cache;
import dev.guildhall.engine.cuda.hopper.MlaPlan;
import dev.guildhall.engine.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention on Hopper's tensor cores, all of it in BF16, the cache too. Each row is a sequence of
 * its own to the kernel, with as many keys as its position allows: so one kernel serves decode,
 * short chunks of prompts and both in one step, and no launch depends on how long sequences are.
 * Long chunks are left to {@link HopperPrefill}, where it fits the model.
 */
final class HopperAttention implements Attention {
  /** Rows whose shares are planned together: bounds the room for parts. */
  private static final int TURN_ROWS = 256;

  private final ModelConfig config;
  private final DeviceMemory memory;
  private final Launches launches;
  private final Workspace space;
  private final int multiprocessors;
  private final int cachedRows;
  private final int pageTokens;
  private final MlaDecode decode;
  private final Buffer lengths;
  private final Buffer query;
  private final Buffer context;
  private final Buffer plans;
  private final Buffer partial;
  private final Buffer partialLogs;
  private final HopperPrefill prefill;
  private List<Span> spans = List.of();

  /**
   * Makes room for steps.
   *
   * @param cachedRows tokens that a layer's pages hold
   */
  HopperAttention(
      Allocator m,
      DeviceMemory memory,
      ModelConfig config,
      Launches launches,
      Workspace space,
      int cachedRows,
      int pageTokens) {
    this.config = config;
    this.memory = memory;
    this.launches = launches;
    this.space = space;
    this.multiprocessors = launches.tensor().gemm().multiprocessors();
    this.cachedRows = cachedRows;
    this.pageTokens = pageTokens;
    decode = new MlaDecode(launches.kernels());
    int n = space.rows();
    long heads = (long) n * config.heads();
    MlaPlan most = plan(Math.min(n, TURN_ROWS));
    lengths = m.floats(n, "lengths");
    query = m.allocate(2 * heads * MlaPlan.WIDTH, "latent queries");
    context = m.allocate(2 * heads * MlaPlan.LATENT, "contexts");
    plans = m.floats((long) Math.ceilDiv(n, TURN_ROWS) * most.planInts(), "shares of attention");
    partial = m.floats(most.partialFloats(), "parts of attention");
    partialLogs = m.floats(most.partialRows(), "log-sums of parts");
    prefill =
        HopperPrefill.fits(config) && n >= HopperPrefill.LEAST_ROWS
            ? new HopperPrefill(m, config, launches, space, pageTokens)
            : null;
  }

  private MlaPlan plan(int rows) {
    return MlaPlan.of(multiprocessors, rows, config.heads(), 1);
  }

  @Override
  public void place(List<Slice> slices, int[] positions) {
    spans = HopperPrefill.spans(prefill == null ? List.of() : slices, positions.length);
    int[] keys = new int[positions.length];
    for (Span span : spans) {
      for (int i = span.first(); i < span.first() + span.rows(); i++) {
        keys[i] = span.expanded() ? 0 : positions[i] + 1;
      }
    }
    memory.put(lengths, keys);
  }

  @Override
  public void begin(Rows rows) {
    turns(rows).forEach(turn -> decode.plan(turn.batch()));
  }

  @Override
  public int launchedFor(int last) {
    return 0;
  }

  @Override
  public void forward(Layer layer, Rows rows) {
    Layer.Attention w = layer.attention();
    int n = rows.count();
    Operand queries = queries(layer, n);
    append(layer, n);
    for (Span span : spans) {
      if (span.expanded()) {
        prefill.queries(queries, span, query(span), queryPitch());
      } else {
        latentQueries(w, queries, span);
      }
    }
    attend(layer.cache(), rows);
    Buffer between = launches.tensor().between(w.output());
    for (Span span : spans) {
      long out = between.address() + 2L * span.first() * config.heads() * config.valueDim();
      if (span.expanded()) {
        prefill.attend(layer, span, rows.firstKey(), query(span), queryPitch(), out);
      } else {
        values(w, span, out);
      }
    }
    launches.tensor().betweenLinear(n, w.output(), space.hidden().address());
  }

  private long queryPitch() {
    return (long) config.heads() * MlaPlan.WIDTH;
  }

  /** Where a span's queries lie. */
  private long query(Span span) {
    return query.address() + 2 * span.first() * queryPitch();
  }

  /** Contexts of a span times each head's values. */
  private void values(Layer.Attention w, Span span, long to) {
    int heads = config.heads();
    long width = (long) heads * MlaPlan.LATENT;
    int each = config.valueDim();
    launches
        .tensor()
        .heads(
            new Operand(context.address() + 2 * span.first() * width, span.rows(), width, null),
            MlaPlan.LATENT,
            w.expand(),
            heads,
            MlaPlan.LATENT,
            new Output(to, each, heads * each, each));
  }

  /** Latents of keys into the workspace; the queries of all heads side by side. */
  private Operand queries(Layer layer, int n) {
    Layer.Attention w = layer.attention();
    float eps = (float) config.rmsEps();
    boolean direct = w.queryLatent() == null;
    List<NormedProduct> products = new ArrayList<>();
    products.add(new NormedProduct(w.latent(), space.latent()));
    if (!direct) {
      products.add(new NormedProduct(w.queryLatent(), space.queryLatent()));
    }
    launches.normLinear(
        space.hidden(), n, layer.attentionNorm(), eps, space.normed(), List.copyOf(products));
    return direct
        ? launches.tensor().normProduct(space.hidden(), n, layer.attentionNorm(), eps, w.query())
        : launches.tensor().normProduct(space.queryLatent(), n, w.queryNorm(), eps, w.query());
  }

  private void append(Layer layer, int n) {
    launches
        .kernels()
        .launch(
            "append_latent_bf16",
            Grid.of(n, 256),
            a ->
                a.pointer(space.positions())
                    .pointer(space.pages())
                    .ints(space.maxPages(), pageTokens)
                    .pointer(space.latent())
                    .pointer(layer.attention().latentNorm())
                    .pointer(space.rotations())
                    .pointer(layer.cache())
                    .ints(MlaPlan.LATENT, config.ropeDim())
                    .number((float) config.rmsEps()));
  }

  private void latentQueries(Layer.Attention w, Operand queries, Span span) {
    int heads = config.heads();
    long width = queries.columns();
    long from = queries.address() + 2 * span.first() * width;
    Output out = new Output(query(span), MlaPlan.LATENT, heads * MlaPlan.WIDTH, MlaPlan.WIDTH);
    launches
        .tensor()
        .heads(
            new Operand(from, span.rows(), width, null),
            config.headDim(),
            w.keyUp(),
            heads,
            config.nopeDim(),
            out);
    launches
        .kernels()
        .launch(
            "rope_queries_bf16",
            Grid.of(span.rows(), 128),
            a ->
                a.pointer(from)
                    .pointer(space.rotations().at((long) span.first() * config.ropeDim()))
                    .pointer(query(span))
                    .ints(heads, config.nopeDim(), config.ropeDim(), MlaPlan.LATENT));
  }

  private void attend(Buffer cache, Rows rows) {
    Cache paged = new Cache(cache.address(), cachedRows, pageTokens);
    for (Turn turn : turns(rows)) {
      decode.attend(turn.batch(), paged, turn.rows(), (float) config.softmaxScale());
    }
  }

  /** Whether any of these rows is not of a long chunk. */
  private boolean isDecoded(int first, int end) {
    return spans.stream()
        .anyMatch(s -> !s.expanded() && s.first() < end && s.first() + s.rows() > first);
  }

  /** Rows planned together, and where their queries lie. */
  private record Turn(Batch batch, MlaDecode.Rows rows) {}

  private List<Turn> turns(Rows rows) {
    List<Turn> turns = new ArrayList<>();
    for (int first = 0; first < rows.count(); first += TURN_ROWS) {
      int end = Math.min(first + TURN_ROWS, rows.count());
      if (!isDecoded(first, end)) {
        continue;
      }
      MlaPlan plan = plan(end - first);
      long queries = (long) first * config.heads();
      long prepared = (long) first / TURN_ROWS * plan(Math.min(space.rows(), TURN_ROWS)).planInts();
      turns.add(
          new Turn(
              new Batch(
                  plan,
                  1,
                  lengths.at(first),
                  space.pages().at((long) first * space.maxPages()),
                  space.maxPages(),
                  plans.at(prepared),
                  rows.firstKey()),
              new MlaDecode.Rows(
                  query.address() + 2 * queries * MlaPlan.WIDTH,
                  context.address() + 2 * queries * MlaPlan.LATENT,
                  partial,
                  partialLogs)));
    }
    return turns;
  }
}
