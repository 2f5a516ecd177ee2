package dev.guildhall.planner.placement;

import java.util.Arrays;

/**
 * Local search on one layer: brings ranks under a target load with few moves, and remembers every
 * step, so that a caller with a budget can stop at any of them.
 *
 * <p>From the busiest rank the change is made that takes away most per move. Where none helps,
 * {@link #shift} makes way for others.
 */
abstract class LocalSearch {
  private static final int RANKS_TRIED = 3;
  private static final int SHIFTS = 4;

  /** The best change that {@link #look} has come upon, or what {@link #shift} insists on. */
  final Change best = new Change();

  private final Placed layer;
  private final int slots;
  private final double[] load;
  private final double leastGain;
  private final double limit;
  private final boolean[] stuck;
  private final Trail trail;

  /**
   * @param start the expert in every slot of the layer
   * @param mean load of a rank
   */
  LocalSearch(Placed layer, int[] start, double mean, double target) {
    this.layer = layer;
    this.slots = start.length;
    this.load = layer.load();
    this.leastGain = 1e-9 * mean;
    this.limit = target * (1 + 1e-9);
    this.stuck = new boolean[load.length];
    this.trail = new Trail(layer, start);
  }

  /** Searches until no rank is above the target, nothing helps, or {@code most} moves are made. */
  final Trail run(int most) {
    int shifts = 0;
    int steps = 2 * slots;
    while (steps-- > 0 && trail.moves() < most && layer.most() > limit) {
      if (!relieve() && (shifts++ >= SHIFTS || !shift())) {
        break;
      }
      best.make(trail);
      trail.step();
    }
    return trail;
  }

  private boolean relieve() {
    Arrays.fill(stuck, false);
    prepare();
    best.forget(leastGain);
    for (int tries = 0; tries < RANKS_TRIED && !best.isFound(); tries++) {
      int rank = busiestNotStuck();
      if (rank < 0) {
        return false;
      }
      look(rank);
      stuck[rank] = true;
    }
    return best.isFound();
  }

  private int busiestNotStuck() {
    int busiest = -1;
    double most = limit;
    for (int rank = 0; rank < stuck.length; rank++) {
      if (load[rank] > most && !stuck[rank]) {
        busiest = rank;
        most = load[rank];
      }
    }
    return busiest;
  }

  /** Takes in how the layer is, before ranks are looked at. */
  void prepare() {}

  /** Offers {@link #best} what would take load off a rank. */
  abstract void look(int rank);

  /**
   * Has {@link #best} insist on a change that alone makes the layer worse; false where there is
   * none.
   */
  abstract boolean shift();
}
