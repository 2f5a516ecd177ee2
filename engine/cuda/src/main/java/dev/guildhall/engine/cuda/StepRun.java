package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.StepGraphs.Stretch;
import java.util.ArrayList;
import java.util.List;

/** A step under way: launches are gathered until something has to happen between them. */
final class StepRun {
  private final StepGraphs graphs;
  private final StepShape shape;
  private final List<Runnable> gathered = new ArrayList<>();
  private int stretches;

  StepRun(StepGraphs graphs, StepShape shape) {
    this.graphs = graphs;
    this.shape = shape;
  }

  /** Adds launches; see {@link StepGraphs#run}. */
  void then(Runnable launches) {
    gathered.add(launches);
  }

  /** Hands what was gathered to the device. */
  void flush() {
    graphs.run(new Stretch(shape, stretches++), () -> gathered.forEach(Runnable::run));
    gathered.clear();
  }
}
