package dev.guildhall.cli.placement;

import dev.guildhall.planner.placement.Balance;
import dev.guildhall.planner.placement.ExpertMap;
import dev.guildhall.planner.placement.Locality;
import dev.guildhall.planner.placement.PlacementPlan;
import dev.guildhall.planner.placement.PlacementPlanner;
import dev.guildhall.planner.placement.TokenSplit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Plans window after window of one file, each from the placement of the window before. */
record PlacementRun(Locality locality, Split split, double percent, int repeats) {

  /** How tokens are split over an expert's replicas. */
  enum Split {
    EQUAL,
    WEIGHTED
  }

  /**
   * One window.
   *
   * @param stale balancedness of the placement before it is changed, with its split; 0 for the
   *     first window
   * @param balancedness after planning on this window, measured on this window
   * @param bound what no equal split exceeds
   * @param weighted what the same placement reaches with the best weighted split
   * @param moved replicas that a rank did not hold before
   * @param budget most that it was allowed to move
   * @param millis median time of planning
   */
  record Row(
      String file,
      int window,
      double stale,
      double balancedness,
      double bound,
      double weighted,
      double eplbBalancedness,
      int moved,
      int budget,
      int eplbMoved,
      double millis) {}

  /**
   * All windows of a file.
   *
   * <p>Moves are limited to {@code percent} of those that EPLB makes into the same window; each
   * window is planned {@code repeats} times, after as many times to warm up.
   */
  List<Row> of(LoadFile file) {
    var rows = new ArrayList<Row>();
    PlacementPlan current = null;
    for (int window = 0; window < file.windows().length; window++) {
      double[][] loads = file.windows()[window];
      int budget = (int) (file.eplbMoved()[window] * percent / 100);
      double[] millis = new double[repeats];
      PlacementPlan plan = null;
      for (int run = -repeats; run < repeats; run++) {
        long start = System.nanoTime();
        plan = current == null ? fresh(file, loads) : improve(current.placement(), loads, budget);
        millis[Math.max(run, 0)] = (System.nanoTime() - start) / 1e6;
      }
      Arrays.sort(millis);
      rows.add(
          new Row(
              file.name(),
              window,
              current == null ? 0 : Balance.of(current.placement(), current.split(), loads),
              Balance.of(plan.placement(), plan.split(), loads),
              Balance.bound(file.grid(), loads),
              Balance.of(plan.placement(), TokenSplit.best(plan.placement(), loads), loads),
              file.eplbBalance()[window],
              current == null ? 0 : plan.placement().movesFrom(current.placement()),
              budget,
              file.eplbMoved()[window],
              millis[repeats / 2]));
      current = plan;
    }
    return rows;
  }

  private PlacementPlan fresh(LoadFile file, double[][] loads) {
    var equal = PlacementPlanner.fresh(file.grid(), locality, loads);
    return split == Split.EQUAL ? equal : improve(equal.placement(), loads, 0);
  }

  private PlacementPlan improve(ExpertMap current, double[][] loads, int budget) {
    return split == Split.EQUAL
        ? PlacementPlanner.improve(current, locality, loads, budget)
        : PlacementPlanner.improveWeighted(current, locality, loads, budget);
  }
}
