package dev.guildhall.cli.placement;

import dev.guildhall.planner.placement.Balance;
import dev.guildhall.planner.placement.ExpertMap;
import dev.guildhall.planner.placement.Locality;
import dev.guildhall.planner.placement.PlacementPlan;
import dev.guildhall.planner.placement.PlacementPlanner;
import dev.guildhall.planner.placement.WeightedSplit;
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
      current = plan.placement();
      rows.add(
          new Row(
              file.name(),
              window,
              plan.before(),
              plan.after(),
              Balance.bound(file.grid(), loads),
              WeightedSplit.balance(current, loads),
              file.eplbBalance()[window],
              plan.moved(),
              budget,
              file.eplbMoved()[window],
              millis[repeats / 2]));
    }
    return rows;
  }
}
