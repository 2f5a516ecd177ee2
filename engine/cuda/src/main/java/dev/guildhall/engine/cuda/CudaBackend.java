package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.CacheGeometry;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.Lifetime;
import dev.guildhall.engine.backend.StepChecks;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepOutput;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Runs a rank's share of a model on a CUDA device, activations and sums in float32 or as {@link
 * Arithmetic#TENSOR} says, weights as stored. One lock guards the device's stream; a step lets go
 * of it only while other ranks compute.
 */
final class CudaBackend implements Backend {
  private static final int PAGE_TOKENS = 16;

  /** Fair, so that peers and moving experts get their turn between steps. */
  private final ReentrantLock lock = new ReentrantLock(true);

  private final Lifetime lifetime = new Lifetime();
  private final Device device;
  private final DeviceHealth health;
  private final DeviceMemory memory;
  private final Kernels kernels;
  private final Arithmetic arithmetic;
  private final CacheGeometry geometry;
  private final StepChecks checks;
  private final Weights weights;
  private final CopyStream copies;
  private final Model model;
  private final LocalExperts experts;
  private final Replicas replicas;
  private final StepGraphs graphs;
  private final CachePages pages;
  private final Forward forward;
  private final Buffer total;

  CudaBackend(Path folder, BackendOptions options) {
    device = new Device();
    health = new DeviceHealth(device);
    memory = new DeviceMemory(device);
    Kernels opened = null;
    Weights files = null;
    CopyStream stream = null;
    try {
      files = Weights.open(folder);
      weights = files;
      opened = new Kernels(device, KernelImage.read());
      kernels = opened;
      stream = new CopyStream();
      copies = stream;
      ModelConfig config = weights.config();
      arithmetic = Arithmetic.chosen(device.capability());
      AttentionForm form = AttentionForm.of(arithmetic, device.capability(), weights);
      geometry = geometry(config, weights.hasMtp(), options.cacheTokens(), form.cached);
      checks = new StepChecks(config, geometry, options.maxBatchTokens());
      MemoryPlan plan =
          MemoryPlan.of(
              weights, options, form, cacheTokens(), m -> stepBuffers(m, form, config, options));
      plan.check(device.freeMemory(), device.name());
      ExpertLoader loader = new ExpertLoader(weights);
      WeightUpload shared =
          new WeightUpload(
              copies, new DeviceArena(memory, plan.weights(), "weights"), HeldTensors.NONE);
      WeightUpload held = new WeightUpload(copies, memory, HeldTensors.NONE);
      DeviceArena cache = new DeviceArena(memory, plan.cache(), "the cache");
      model = Model.load(weights, shared, form, cache, cacheTokens());
      pages = new CachePages(memory, model, geometry.pageBytes());
      RoutedExperts[] routed = loader.all(options.heldExperts(), held);
      copies.synchronize();
      WeightCheck finite = new WeightCheck(memory, kernels);
      finite.check(shared.written());
      finite.check(held.written());
      StepBuffers buffers =
          stepBuffers(
              new DeviceArena(memory, plan.workspace(), "the buffers of a step"),
              form,
              config,
              options);
      total = buffers.total();
      memory.fill(total, (byte) 0);
      Workspace space = buffers.space();
      Launches launches = buffers.launches();
      experts =
          new LocalExperts(
              device, health, memory, launches, lock, lifetime, config, buffers.rows(), routed);
      graphs = new StepGraphs(device);
      forward =
          new Forward(
              geometry,
              memory,
              launches,
              model,
              space,
              buffers.attention(),
              new MixtureOfExperts(config, device, memory, launches, space, experts, lock, total),
              new Outputs(memory, launches, space, model.head(), buffers.draws()),
              graphs);
      replicas = new Replicas(device, memory, finite, lock, copies, loader, experts, graphs);
      device.synchronize();
    } catch (RuntimeException | Error e) {
      memory.close();
      if (stream != null) {
        stream.close();
      }
      if (files != null) {
        files.close();
      }
      if (opened != null) {
        opened.close();
      }
      device.close();
      throw e;
    }
  }

  private static CacheGeometry geometry(
      ModelConfig config, boolean mtp, int tokens, Matrix.Type cached) {
    if (tokens < 1) {
      throw new IllegalArgumentException("cacheTokens is " + tokens + ": at least 1 is needed");
    }
    long layers = config.layers() + (mtp ? 1 : 0);
    return new CacheGeometry(
        Math.ceilDiv(tokens, PAGE_TOKENS),
        PAGE_TOKENS,
        layers * config.cacheWidth() * cached.bytes,
        "cuda " + cached);
  }

  private int cacheTokens() {
    return geometry.pages() * PAGE_TOKENS;
  }

  private StepBuffers stepBuffers(
      Allocator from, AttentionForm form, ModelConfig config, BackendOptions options) {
    return StepBuffers.allocate(
        from, device, memory, kernels, arithmetic, form, config, options, geometry);
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
    return locked(() -> forward.step(input, routed));
  }

  @Override
  public StepOutput draft(StepInput input, float[] hidden, ExpertCompute routed) {
    if (model.mtp() == null) {
      throw new UnsupportedOperationException("the model has no MTP layer: it cannot draft");
    }
    checks.check(input, 1);
    checks.checkHidden(hidden, input.slices().stream().mapToInt(s -> s.tokens().length).sum());
    return locked(() -> forward.draft(input, hidden, routed));
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

  @Override
  public long hold(List<BitSet> held) {
    checks.checkHeld(held);
    return lifetime.call(() -> health.guard(() -> replicas.hold(held)));
  }

  @Override
  public byte[] readPage(int page) {
    checks.checkPage(page);
    return locked(() -> pages.read(page));
  }

  @Override
  public void writePage(int page, byte[] content) {
    checks.checkPage(page, content);
    locked(
        () -> {
          pages.write(page, content);
          return null;
        });
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

  /** Which parts of steps have been captured so far. */
  Set<StepGraphs.Stretch> captured() {
    return locked(graphs::captured);
  }

  /** Names of the kernels that have been launched. */
  Set<String> launched() {
    return locked(kernels::launched);
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
    graphs.close();
    copies.close();
    weights.close();
    memory.close();
    kernels.close();
    device.close();
  }
}
