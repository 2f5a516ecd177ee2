package dev.guildhall.engine.cpu;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.CacheGeometry;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.Lifetime;
import dev.guildhall.engine.backend.StepChecks;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepObserver;
import dev.guildhall.engine.backend.StepOutput;
import dev.guildhall.engine.model.Weights;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * Runs a rank's share of a model on this machine's processors, in float32 on weights as stored.
 * Steps may be called from any thread, one at a time; {@link #localExperts} by many.
 */
final class CpuBackend implements Backend {
  private final Compute compute;
  private final Lifetime lifetime = new Lifetime();
  private final Arena arena = Arena.ofShared();
  private final Weights weights;
  private final LatentCache cache;
  private final Model model;
  private final ExpertLoader loader;
  private final LocalExperts experts;
  private final StepChecks checks;

  /** Opens a folder; the compute's threads are closed with the backend. */
  CpuBackend(Path folder, BackendOptions options, Compute compute) {
    this.compute = compute;
    Weights opened = null;
    try {
      opened = Weights.open(folder);
      weights = opened;
      cache =
          new LatentCache(
              arena,
              ModelLoader.layers(weights),
              weights.config().cacheWidth(),
              options.cacheTokens());
      model = ModelLoader.load(weights, cache, arena);
      loader = new ExpertLoader(weights);
      experts =
          new LocalExperts(
              compute,
              lifetime,
              loader.load(options.heldExperts(), null),
              model.config().hiddenSize());
    } catch (RuntimeException | Error e) {
      compute.workers().close();
      arena.close();
      if (opened != null) {
        opened.close();
      }
      throw e;
    }
    checks = new StepChecks(model.config(), cache.geometry(), options.maxBatchTokens());
  }

  @Override
  public String name() {
    return "cpu (" + compute.kernels().name() + ")";
  }

  @Override
  public CacheGeometry cache() {
    return cache.geometry();
  }

  @Override
  public StepOutput step(StepInput input, ExpertCompute routed) {
    checks.check(input, 0);
    return run(() -> forward(input, routed));
  }

  private StepOutput run(Supplier<StepOutput> step) {
    return lifetime.call(() -> compute.workers().onPlatformThread(step));
  }

  private StepOutput forward(StepInput input, ExpertCompute routed) {
    Rows rows = Rows.of(input, model.rope(), 0);
    StepObserver observer = input.observer();
    float[] x = model.embed(rows.tokens());
    for (int i = 0; i < model.layers().length; i++) {
      observe(observer, i, x);
      model.layers()[i].forward(compute, x, rows, routed, observer);
    }
    float[] states = finish(x, rows.count(), model.norm());
    observe(observer, model.layers().length, states);
    return Outputs.of(compute, input, states, model.head());
  }

  @Override
  public StepOutput draft(StepInput input, float[] hidden, ExpertCompute routed) {
    if (model.mtp() == null) {
      throw new UnsupportedOperationException("the model has no MTP layer: it cannot draft");
    }
    checks.check(input, 1);
    checks.checkHidden(hidden, input.slices().stream().mapToInt(s -> s.tokens().length).sum());
    return run(() -> forwardDraft(input, hidden, routed));
  }

  private StepOutput forwardDraft(StepInput input, float[] hidden, ExpertCompute routed) {
    Rows rows = Rows.of(input, model.rope(), 1);
    MtpLayer mtp = model.mtp();
    float[] x = mtp.enter(compute, model.embed(rows.tokens()), hidden, rows.count(), eps());
    mtp.layer().forward(compute, x, rows, routed, input.observer());
    return Outputs.of(compute, input, finish(x, rows.count(), mtp.norm()), model.head());
  }

  private float[] finish(float[] x, int rows, float[] norm) {
    return compute.norm(x, rows, norm, eps());
  }

  private float eps() {
    return (float) model.config().rmsEps();
  }

  private static void observe(StepObserver observer, int layer, float[] x) {
    if (observer != null) {
      observer.hidden(layer, x);
    }
  }

  /** Steps never wait: they go on with the experts they began a layer with. */
  @Override
  public long hold(List<BitSet> held) {
    checks.checkHeld(held);
    return lifetime.call(
        () -> {
          synchronized (loader) {
            experts.replace(loader.load(held, experts.all()));
          }
          return 0L;
        });
  }

  @Override
  public byte[] readPage(int page) {
    checks.checkPage(page);
    return lifetime.call(() -> cache.read(page));
  }

  @Override
  public void writePage(int page, byte[] content) {
    checks.checkPage(page, content);
    lifetime.call(
        () -> {
          cache.write(page, content);
          return null;
        });
  }

  @Override
  public ExpertCompute localExperts() {
    return experts;
  }

  @Override
  public long[][] expertTokens() {
    List<long[]> tokens = new ArrayList<>();
    for (DecoderLayer layer : model.layers()) {
      if (layer.experts() != null) {
        tokens.add(layer.experts().tokens());
      }
    }
    return tokens.toArray(long[][]::new);
  }

  /** Waits for calls under way; calling it again does nothing. */
  @Override
  public void close() {
    if (!lifetime.end()) {
      return;
    }
    compute.workers().close();
    arena.close();
    weights.close();
  }
}
