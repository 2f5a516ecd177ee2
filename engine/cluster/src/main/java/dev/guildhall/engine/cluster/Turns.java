package dev.guildhall.engine.cluster;

import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.backend.StepExperts;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Steps and the placement that they go by: one under way keeps its own, the next one takes what the
 * group has gone over to. What this rank says it uses changes only when nothing is under way.
 */
final class Turns implements StepExperts {
  private final HeldPlacements placements;
  private final Function<Route, ExpertCompute> compute;
  private final Runnable changed;
  private long wanted;
  private int open;

  /**
   * @param changed told when this rank has gone over to another placement
   */
  Turns(HeldPlacements placements, Function<Route, ExpertCompute> compute, Runnable changed) {
    this.placements = placements;
    this.compute = compute;
    this.changed = changed;
    this.wanted = placements.used();
  }

  /** The group dispatches by this placement from now on. */
  synchronized void view(long placement) {
    wanted = placement;
    settle();
  }

  private void settle() {
    if (open == 0 && wanted != placements.used() && placements.route(wanted).isPresent()) {
      placements.use(wanted);
      changed.run();
    }
  }

  @Override
  public Turn open() {
    Route route = begin();
    return new Turn() {
      private final ExpertCompute experts = compute.apply(route);

      @Override
      public float[] forward(int layer, ExpertBatch batch) {
        return experts.forward(layer, batch);
      }

      @Override
      public void close() {
        end();
      }
    };
  }

  /** Does something by the placement of the moment. */
  void run(Consumer<Route> work) {
    Route route = begin();
    try {
      work.accept(route);
    } finally {
      end();
    }
  }

  private synchronized Route begin() {
    settle();
    Route route =
        placements
            .route(placements.used())
            .orElseThrow(
                () ->
                    new ExpertsUnavailableException(
                        "placement %d is not held here".formatted(placements.used()), null));
    open++;
    return route;
  }

  private synchronized void end() {
    open--;
    settle();
  }
}
