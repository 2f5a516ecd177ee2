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
final class PlacementRun {

  /**
   * One window.
   *
   * @param stale balancedness of the placement before it is changed; 0 for the first window
   * @param balancedness after planning on this window, measured on this window, equal split
   * @param bound what no equal split exceeds
   * @param staleWeighted as {@code stale}, with the split that was best for the window before
   * @param weighted what the new placement reaches with the weighted split that is best for this
   *     window, in thousandths
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
      double staleWeighted,
      double weighted,
      double eplbBalancedness,
      int moved,
      int budget,
      int eplbMoved,
      double millis) {}

  private PlacementRun() {}

  /**
   * All windows of a file.
   *
   * @param percent moves allowed, of those that EPLB makes into the same window
   * @param repeats timed runs of each window, after as many to warm up
   */
  static List<Row> of(LoadFile file, Locality locality, double percent, int repeats) {
    var rows = new ArrayList<Row>();
    ExpertMap current = null;
    TokenSplit split = TokenSplit.EQUAL;
    for (int window = 0; window < file.windows().length; window++) {
      double[][] loads = file.windows()[window];
      int budget = (int) (file.eplbMoved()[window] * percent / 100);
      double[] millis = new double[repeats];
      PlacementPlan plan = null;
      for (int run = -repeats; run < repeats; run++) {
        long start = System.nanoTime();
        plan =
            current == null
                ? PlacementPlanner.fresh(file.grid(), locality, loads)
                : PlacementPlanner.improve(current, locality, loads, budget);
        millis[Math.max(run, 0)] = (System.nanoTime() - start) / 1e6;
      }
      Arrays.sort(millis);
      double staleWeighted = current == null ? 0 : Balance.of(current, split, loads);
      current = plan.placement();
      split = TokenSplit.best(current, loads);
      rows.add(
          new Row(
              file.name(),
              window,
              plan.before(),
              plan.after(),
              Balance.bound(file.grid(), loads),
              staleWeighted,
              Balance.of(current, split, loads),
              file.eplbBalance()[window],
              plan.moved(),
              budget,
              file.eplbMoved()[window],
              millis[repeats / 2]));
    }
    return rows;
  }
}
