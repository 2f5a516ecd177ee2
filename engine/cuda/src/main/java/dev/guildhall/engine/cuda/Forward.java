package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.CacheGeometry;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepObserver;
import dev.guildhall.engine.backend.StepOutput;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import java.util.Arrays;

/** Takes a step's rows through the model's layers, or through the MTP layer. */
final class Forward {
  private final CacheGeometry geometry;
  private final DeviceMemory memory;
  private final Launches launches;
  private final Model model;
  private final Workspace space;
  private final Rotations rotations;
  private final Attention attention;
  private final MixtureOfExperts mixture;
  private final Outputs outputs;
  private final StepGraphs graphs;

  Forward(
      CacheGeometry geometry,
      DeviceMemory memory,
      Launches launches,
      Model model,
      Workspace space,
      Attention attention,
      MixtureOfExperts mixture,
      Outputs outputs,
      StepGraphs graphs) {
    this.geometry = geometry;
    this.memory = memory;
    this.launches = launches;
    this.model = model;
    this.space = space;
    this.rotations = new Rotations(model.config());
    this.attention = attention;
    this.mixture = mixture;
    this.outputs = outputs;
    this.graphs = graphs;
  }

  StepOutput step(StepInput input, ExpertCompute routed) {
    StepShape shape = shape(input, routed, false);
    StepRun run = new StepRun(graphs, shape);
    Attention.Rows rows = upload(input, shape);
    StepObserver observer = input.observer();
    run.then(() -> attention.begin(rows));
    run.then(() -> embed(rows.count()));
    for (Layer layer : model.layers()) {
      observe(run, observer, layer.index(), space.hidden(), rows);
      layer(run, layer, rows, routed, observer);
    }
    run.then(() -> norm(space.hidden(), rows.count(), model.norm()));
    observe(run, observer, model.layers().size(), space.normed(), rows);
    run.flush();
    return outputs.of(input, space.normed());
  }

  StepOutput draft(StepInput input, float[] hidden, ExpertCompute routed) {
    StepShape shape = shape(input, routed, true);
    StepRun run = new StepRun(graphs, shape);
    Attention.Rows rows = upload(input, shape);
    memory.put(space.normed(), Arrays.copyOf(hidden, shape.rows() * model.config().hiddenSize()));
    Model.Mtp mtp = model.mtp();
    run.then(() -> attention.begin(rows));
    run.then(() -> enter(mtp, rows.count()));
    layer(run, mtp.layer(), rows, routed, input.observer());
    run.then(() -> norm(space.hidden(), rows.count(), mtp.norm()));
    run.flush();
    return outputs.of(input, space.normed());
  }

  private StepShape shape(StepInput input, ExpertCompute routed, boolean draft) {
    int rows = input.slices().stream().mapToInt(s -> s.tokens().length).sum();
    int last =
        attention.launchedFor(
            input.slices().stream()
                .mapToInt(s -> s.start() + s.tokens().length - 1)
                .max()
                .orElseThrow());
    boolean exchanged = mixture.exchanges(routed);
    return input.observer() != null
        ? StepShape.exact(draft, exchanged, rows, last)
        : StepShape.bucket(
            draft, exchanged, rows, last, space.rows(), model.config().maxPositions());
  }

  /** Uploads what a step is about; rows that only fill up have position -1. */
  private Attention.Rows upload(StepInput input, StepShape shape) {
    int n = shape.rows();
    int[] tokens = new int[n];
    int[] positions = new int[n];
    Arrays.fill(positions, -1);
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
    attention.place(input.slices(), positions);
    return new Attention.Rows(n, row, shape.splits(), shape.draft() ? 1 : 0);
  }

  private void embed(int rows) {
    launches
        .kernels()
        .launch(
            "embed" + model.embedding().type().suffix,
            Grid.of(rows, 256),
            a ->
                a.pointer(space.tokens())
                    .pointer(model.embedding().buffer())
                    .pointer(space.hidden())
                    .ints(model.config().hiddenSize()));
  }

  /** Embeddings go to the left half of the rows, the main model's states to the right one. */
  private void enter(Model.Mtp mtp, int n) {
    embed(n);
    int width = model.config().hiddenSize();
    long merged = space.merged().address();
    long right = space.merged().at(width);
    long state = space.hidden().address();
    long main = space.normed().address();
    launches.norm(state, width, n, width, mtp.embeddingNorm(), eps(), merged, 2L * width);
    launches.norm(main, width, n, width, mtp.hiddenNorm(), eps(), right, 2L * width);
    launches.linear(space.merged(), n, mtp.merge(), space.hidden(), false);
  }

  private void layer(
      StepRun run, Layer layer, Attention.Rows rows, ExpertCompute routed, StepObserver observer) {
    run.then(
        () -> {
          attention.forward(layer, rows);
          norm(space.hidden(), rows.count(), layer.ffnNorm());
        });
    if (layer.mixture() != null) {
      mixture.forward(run, layer, rows, routed, observer);
    } else {
      run.then(
          () ->
              launches.feedForward(
                  space.normed(),
                  rows.count(),
                  layer.dense(),
                  space.both(),
                  space.inner(),
                  space.hidden(),
                  true));
    }
  }

  private void norm(Buffer x, int rows, Buffer weight) {
    launches.norm(x, rows, model.config().hiddenSize(), weight, eps(), space.normed());
  }

  private float eps() {
    return (float) model.config().rmsEps();
  }

  private void observe(
      StepRun run, StepObserver observer, int layer, Buffer x, Attention.Rows rows) {
    if (observer != null) {
      run.flush();
      observer.hidden(layer, memory.floats(x, rows.live() * model.config().hiddenSize()));
    }
  }
}
