package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.CacheGeometry;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.Lifetime;
import dev.guildhall.engine.backend.StepChecks;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepObserver;
import dev.guildhall.engine.backend.StepOutput;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Runs a rank's share of a model on a CUDA device, activations and sums in float32, weights as
 * stored. One lock guards the device's stream; a step lets go of it only while other ranks compute.
 */
final class CudaBackend implements Backend {
  private static final int PAGE_TOKENS = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final Lifetime lifetime = new Lifetime();
  private final Device device;
  private final DeviceHealth health;
  private final DeviceMemory memory;
  private final Kernels kernels;
  private final Arithmetic arithmetic;
  private final Launches launches;
  private final CacheGeometry geometry;
  private final StepChecks checks;
  private final Model model;
  private final Workspace space;
  private final Rotations rotations;
  private final Attention attention;
  private final MixtureOfExperts mixture;
  private final LocalExperts experts;
  private final Outputs outputs;
  private final Buffer total;

  CudaBackend(Path folder, BackendOptions options) {
    device = new Device();
    health = new DeviceHealth(device);
    memory = new DeviceMemory(device);
    Kernels opened = null;
    try (Weights weights = Weights.open(folder)) {
      opened = new Kernels(device, KernelImage.read());
      kernels = opened;
      ModelConfig config = weights.config();
      arithmetic = Arithmetic.chosen(device.capability());
      geometry = geometry(config, weights.hasMtp(), options.cacheTokens());
      checks = new StepChecks(config, geometry, options.maxBatchTokens());
      model =
          Model.load(
              weights,
              options.heldExperts(),
              memory,
              new WeightCheck(memory, kernels),
              geometry.pages() * PAGE_TOKENS);
      space =
          Workspace.allocate(
              memory, config, options.maxBatchTokens(), geometry.pages(), PAGE_TOKENS);
      launches =
          new Launches(
              kernels,
              arithmetic == Arithmetic.TENSOR
                  ? TensorCores.allocate(device, memory, kernels, config, options.maxBatchTokens())
                  : null);
      rotations = new Rotations(config);
      attention = new Attention(config, launches, space, PAGE_TOKENS);
      total =
          memory.allocate(
              8L * Math.max(1, (config.layers() - config.denseLayers()) * config.experts()),
              "expert counters");
      memory.clear(total);
      experts =
          new LocalExperts(device, health, memory, launches, lock, lifetime, config, routed());
      mixture = new MixtureOfExperts(config, device, memory, launches, space, experts, lock, total);
      outputs = new Outputs(memory, launches, space, model.head());
      device.synchronize();
    } catch (RuntimeException | Error e) {
      memory.close();
      if (opened != null) {
        opened.close();
      }
      device.close();
      throw e;
    }
  }

  private static CacheGeometry geometry(ModelConfig config, boolean mtp, int tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("cacheTokens is " + tokens + ": at least 1 is needed");
    }
    long layers = config.layers() + (mtp ? 1 : 0);
    return new CacheGeometry(
        Math.ceilDiv(tokens, PAGE_TOKENS), PAGE_TOKENS, layers * config.cacheWidth() * Float.BYTES);
  }

  /** For each decoder layer, the MTP layer last, its routed experts or null. */
  private RoutedExperts[] routed() {
    Stream<Layer> mtp = model.mtp() == null ? Stream.empty() : Stream.of(model.mtp().layer());
    return Stream.concat(model.layers().stream(), mtp)
        .map(l -> l.mixture() == null ? null : l.mixture().routed())
        .toArray(RoutedExperts[]::new);
  }

  @Override
  public String name() {
    return arithmetic == Arithmetic.TENSOR
        ? "cuda (" + device.name() + ", tensor cores)"
        : "cuda (" + device.name() + ")";
  }

  @Override
  public CacheGeometry cache() {
    return geometry;
  }

  @Override
  public StepOutput step(StepInput input, ExpertCompute routed) {
    checks.check(input, 0);
    return locked(() -> forward(input, routed));
  }

  @Override
  public StepOutput draft(StepInput input, float[] hidden, ExpertCompute routed) {
    if (model.mtp() == null) {
      throw new UnsupportedOperationException("the model has no MTP layer: it cannot draft");
    }
    checks.check(input, 1);
    checks.checkHidden(hidden, input.slices().stream().mapToInt(s -> s.tokens().length).sum());
    return locked(() -> forwardDraft(input, hidden, routed));
  }

  private <T> T locked(Supplier<T> work) {
    return lifetime.call(
        () -> {
          lock.lock();
          try {
            return health.guard(
                () -> {
                  device.enter();
                  return work.get();
                });
          } finally {
            lock.unlock();
          }
        });
  }

  private StepOutput forward(StepInput input, ExpertCompute routed) {
    Attention.Rows rows = enter(input, 0);
    StepObserver observer = input.observer();
    for (Layer layer : model.layers()) {
      observe(observer, layer.index(), space.hidden(), rows.count());
      layer(layer, rows, routed, observer);
    }
    norm(space.hidden(), rows.count(), model.norm());
    observe(observer, model.layers().size(), space.normed(), rows.count());
    return outputs.of(input, space.normed());
  }

  private StepOutput forwardDraft(StepInput input, float[] hidden, ExpertCompute routed) {
    Attention.Rows rows = enter(input, 1);
    Model.Mtp mtp = model.mtp();
    int n = rows.count();
    int width = model.config().hiddenSize();
    // Embeddings go to the left half of the rows, the main model's states to the right one.
    long merged = space.merged().address();
    long right = space.merged().at(width);
    long state = space.hidden().address();
    launches.norm(state, width, n, width, mtp.embeddingNorm(), eps(), merged, 2L * width);
    memory.put(space.normed(), hidden);
    long main = space.normed().address();
    launches.norm(main, width, n, width, mtp.hiddenNorm(), eps(), right, 2L * width);
    launches.linear(space.merged(), n, mtp.merge(), space.hidden(), false);
    layer(mtp.layer(), rows, routed, input.observer());
    norm(space.hidden(), n, mtp.norm());
    return outputs.of(input, space.normed());
  }

  private void layer(
      Layer layer, Attention.Rows rows, ExpertCompute routed, StepObserver observer) {
    norm(space.hidden(), rows.count(), layer.attentionNorm());
    attention.forward(layer, rows);
    norm(space.hidden(), rows.count(), layer.ffnNorm());
    if (layer.mixture() != null) {
      mixture.forward(layer, rows.count(), routed, observer);
    } else {
      launches.feedForward(
          space.normed(),
          rows.count(),
          layer.dense(),
          space.both(),
          space.inner(),
          space.hidden(),
          true);
    }
  }

  private void norm(Buffer x, int rows, Buffer weight) {
    launches.norm(x, rows, model.config().hiddenSize(), weight, eps(), space.normed());
  }

  private float eps() {
    return (float) model.config().rmsEps();
  }

  /** Uploads what a step is about and embeds its tokens. */
  private Attention.Rows enter(StepInput input, int firstKey) {
    int n = input.slices().stream().mapToInt(s -> s.tokens().length).sum();
    int[] tokens = new int[n];
    int[] positions = new int[n];
    int[] pages = new int[n * space.maxPages()];
    int row = 0;
    for (Slice slice : input.slices()) {
      int needed = geometry.pagesFor(slice.start() + slice.tokens().length);
      for (int i = 0; i < slice.tokens().length; i++, row++) {
        tokens[row] = slice.tokens()[i];
        positions[row] = slice.start() + i;
        System.arraycopy(slice.pages(), 0, pages, row * space.maxPages(), needed);
      }
    }
    memory.put(space.tokens(), tokens);
    memory.put(space.positions(), positions);
    memory.put(space.pages(), pages);
    memory.put(space.rotations(), rotations.of(positions));
    kernels.launch(
        "embed" + model.embedding().type().suffix,
        Grid.of(n, 256),
        a ->
            a.pointer(space.tokens())
                .pointer(model.embedding().buffer())
                .pointer(space.hidden())
                .ints(model.config().hiddenSize()));
    return new Attention.Rows(n, Arrays.stream(positions).max().orElseThrow(), firstKey);
  }

  private void observe(StepObserver observer, int layer, Buffer x, int rows) {
    if (observer != null) {
      observer.hidden(layer, memory.floats(x, rows * model.config().hiddenSize()));
    }
  }

  @Override
  public ExpertCompute localExperts() {
    return experts;
  }

  @Override
  public long[][] expertTokens() {
    return locked(
        () -> {
          int perLayer = model.config().experts();
          int layers = model.config().layers() - model.config().denseLayers();
          long[] all = memory.longs(total, layers * perLayer);
          long[][] tokens = new long[layers][];
          Arrays.setAll(tokens, i -> Arrays.copyOfRange(all, i * perLayer, (i + 1) * perLayer));
          return tokens;
        });
  }

  @Override
  public Optional<String> lostBecause() {
    return health.lostBecause();
  }

  /** Waits for calls under way; calling it again does nothing. */
  @Override
  public void close() {
    if (!lifetime.end()) {
      return;
    }
    device.enter();
    memory.close();
    kernels.close();
    device.close();
  }
}
