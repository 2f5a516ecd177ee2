package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.Grouping;
import dev.guildhall.engine.backend.StepObserver;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.Launches.Sorted;
import dev.guildhall.engine.model.ModelConfig;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Routed and shared experts. Where all experts are on this device nothing leaves it; otherwise the
 * rows go through the host to whoever computes them, without the device's lock, because this rank's
 * own experts are called meanwhile.
 */
final class MixtureOfExperts {
  private final ModelConfig config;
  private final Device device;
  private final DeviceMemory memory;
  private final Launches launches;
  private final Workspace space;
  private final LocalExperts local;
  private final ReentrantLock lock;
  private final Buffer total;

  MixtureOfExperts(
      ModelConfig config,
      Device device,
      DeviceMemory memory,
      Launches launches,
      Workspace space,
      LocalExperts local,
      ReentrantLock lock,
      Buffer total) {
    this.config = config;
    this.device = device;
    this.memory = memory;
    this.launches = launches;
    this.space = space;
    this.local = local;
    this.lock = lock;
    this.total = total;
  }

  /** Whether a step with these experts has to leave the device in its midst. */
  boolean exchanges(ExpertCompute experts) {
    return experts != local || !local.holdsAll();
  }

  /** Adds the experts' outputs for the normalised rows to the hidden states. */
  void forward(
      StepRun run, Layer layer, Attention.Rows rows, ExpertCompute experts, StepObserver observer) {
    Layer.Mixture m = layer.mixture();
    int n = rows.count();
    run.then(
        () -> {
          launches.linear(space.normed(), n, m.gate(), space.scores(), false);
          route(m, n);
          sort(m, n);
          launches.feedForward(
              space.normed(), n, m.shared(), space.both(), space.inner(), space.shared(), false);
        });
    observe(run, layer.index(), rows.live(), observer);
    if (exchanges(experts)) {
      run.flush();
      elsewhere(layer.index(), rows.live(), experts);
    } else {
      int choices = n * config.expertsPerToken();
      run.then(
          () ->
              launches.experts(
                  local.layer(layer.index()),
                  space.normed(),
                  space.sorted(),
                  choices,
                  n,
                  space.routed()));
    }
    run.then(() -> combine(n));
  }

  private void observe(StepRun run, int layer, int n, StepObserver observer) {
    if (observer != null) {
      run.flush();
      int choices = n * config.expertsPerToken();
      observer.routed(
          layer, memory.ints(space.experts(), choices), memory.floats(space.weights(), choices));
    }
  }

  private void combine(int n) {
    launches
        .kernels()
        .launch(
            "combine_experts",
            Grid.of(n, 256),
            a ->
                a.pointer(space.routed())
                    .pointer(space.slots())
                    .pointer(space.weights())
                    .pointer(space.hidden())
                    .pointer(space.shared())
                    .ints(config.expertsPerToken(), config.hiddenSize()));
  }

  private void elsewhere(int layer, int n, ExpertCompute experts) {
    int hidden = config.hiddenSize();
    int[] chosen = memory.ints(space.experts(), n * config.expertsPerToken());
    float[] x = memory.floats(space.normed(), n * hidden);
    Grouping grouping = Grouping.of(chosen, n, config.experts());
    ExpertBatch batch =
        new ExpertBatch(grouping.experts(), grouping.rowCounts(), grouping.rows(), x, hidden);
    float[] routed;
    lock.unlock();
    try {
      routed = experts.forward(layer, batch);
    } finally {
      lock.lock();
    }
    device.enter();
    if (routed.length != chosen.length * hidden) {
      throw new IllegalStateException(
          "layer %d: experts returned %d values, not %d"
              .formatted(layer, routed.length, chosen.length * hidden));
    }
    memory.put(space.slots(), grouping.slots());
    memory.put(space.routed(), routed);
  }

  private void route(Layer.Mixture m, int n) {
    launches
        .kernels()
        .launch(
            "route",
            Grid.of(n, 32),
            a ->
                a.pointer(space.scores())
                    .pointer(m.bias())
                    .pointer(space.positions())
                    .pointer(space.experts())
                    .pointer(space.weights())
                    .ints(config.experts(), config.expertsPerToken())
                    .ints(config.groups(), config.keptGroups(), config.normalizeWeights() ? 1 : 0)
                    .number((float) config.routedScale()));
  }

  private void sort(Layer.Mixture m, int n) {
    Sorted sorted = space.sorted();
    for (String kernel : new String[] {"count_choices", "place_choices"}) {
      launches
          .kernels()
          .launch(
              kernel,
              Grid.of(config.experts(), 32),
              a ->
                  a.pointer(space.experts())
                      .pointer(sorted.counts())
                      .pointer(sorted.starts())
                      .pointer(sorted.sources())
                      .pointer(space.slots())
                      .pointer(m.counted() < 0 ? 0 : total.address() + 8L * m.counted())
                      .ints(n * config.expertsPerToken(), config.expertsPerToken())
                      .ints(config.experts()));
    }
  }
}
