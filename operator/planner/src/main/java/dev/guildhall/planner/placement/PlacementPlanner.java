package dev.guildhall.planner.placement;

import java.util.ArrayList;
import java.util.stream.IntStream;

/**
 * Places expert replicas so that ranks are loaded evenly, each layer for itself. Deterministic;
 * layers are searched in parallel.
 *
 * <p>The objective is balancedness, mean over layers of mean ÷ highest load of a rank with every
 * expert's tokens split equally over its replicas, under a budget of moves for all layers together.
 */
public final class PlacementPlanner {
  private static final double STEP = 0.9;
  private static final int ROUNDS = 12;
  private static final int MOST_OF_FAIR = 2;
  private static final int SLACK = 8;

  /**
   * What a layer's highest load is to become: 0 is what a plan from scratch reaches, 1 what it is
   * now. Where few moves are allowed, a load that is not so low spends them on fewer ranks.
   */
  private static final double[] AIMS = {
    0, -0.2, 0.05, -0.1, 0.02, 0.1, 0.2, -0.3, 0.3, 0.15, 0.25, 0.4
  };

  /** Comparisons of replicas after which a layer is not searched with another aim. */
  private static final long WORK = 20_000;

  private PlacementPlanner() {}

  /**
   * A placement where nothing is placed yet, or where what is placed does not matter.
   *
   * @param loads tokens per layer and expert
   * @throws InvalidPlacementException where groups do not fit on nodes, or loads do not fit the
   *     grid
   */
  public static PlacementPlan fresh(ExpertGrid grid, Locality locality, double[][] loads) {
    Loads.check(grid, loads);
    int[][] layers =
        IntStream.range(0, loads.length)
            .parallel()
            .mapToObj(layer -> fresh(grid, locality, loads[layer]))
            .toArray(int[][]::new);
    var placement = ExpertMap.trusted(grid, layers);
    return new PlacementPlan(placement, TokenSplit.EQUAL, 0, Balance.of(placement, loads), 0);
  }

  /**
   * Improves a placement by at most {@code budget} moves, spent where they buy most. With {@link
   * Locality#GROUP_ON_NODE} groups stay on the nodes where they are.
   *
   * @throws InvalidPlacementException where loads do not fit the grid, or a group is not on one
   *     node
   */
  public static PlacementPlan improve(
      ExpertMap current, Locality locality, double[][] loads, int budget) {
    var grid = current.grid();
    Loads.check(current, loads);
    var fronts =
        IntStream.range(0, loads.length)
            .parallel()
            .mapToObj(layer -> search(current, locality, layer, loads[layer], budget))
            .toArray(Front[]::new);
    int[] chosen = Purchase.within(budget, fronts);
    int[][] layers = new int[fronts.length][];
    double before = 0;
    double after = 0;
    int moved = 0;
    for (int layer = 0; layer < fronts.length; layer++) {
      layers[layer] = fronts[layer].placement(chosen[layer]);
      before += fronts[layer].balance(0) / fronts.length;
      after += fronts[layer].balance(chosen[layer]) / fronts.length;
      moved += fronts[layer].moves(chosen[layer]);
    }
    return new PlacementPlan(
        ExpertMap.trusted(grid, layers), TokenSplit.EQUAL, before, after, moved);
  }

  private static Front search(
      ExpertMap current, Locality locality, int number, double[] tokens, int budget) {
    var grid = current.grid();
    int[] slots = current.slots(number);
    int[] home = locality == Locality.ANYWHERE ? null : Homes.of(grid, slots);
    if (locality == Locality.GROUP_ON_NODE && home == null) {
      throw new InvalidPlacementException("layer %d: a group is on two nodes".formatted(number));
    }
    int[] nodeOfRank = grid.nodeOfRank();
    double now = new Layer(grid, nodeOfRank, tokens, slots, home).most();
    int[] first = FirstPlacement.of(grid, tokens, home);
    double goal = new Layer(grid, nodeOfRank, tokens, first, home).most();
    int most = Math.min(budget, MOST_OF_FAIR * Math.ceilDiv(budget, current.layers()) + SLACK);
    var trails = new ArrayList<Trail>();
    long work = 0;
    for (int k = 0; k < AIMS.length && work < WORK; k++) {
      var layer = new Layer(grid, nodeOfRank, tokens, slots, home);
      var trail = new LayerSearch(layer, goal + AIMS[k] * (now - goal)).run(most);
      work += (long) trail.steps() * grid.slots() * grid.slotsPerRank();
      trails.add(trail);
    }
    return new Front(trails);
  }

  private static int[] fresh(ExpertGrid grid, Locality locality, double[] tokens) {
    int[] home = locality == Locality.ANYWHERE ? null : Homes.pack(grid, tokens);
    int[] slots = FirstPlacement.of(grid, tokens, home);
    for (int round = 0; round < ROUNDS; round++) {
      var layer = new Layer(grid, grid.nodeOfRank(), tokens, slots, home);
      double target = layer.mean + STEP * (layer.most() - layer.mean);
      var trail = new LayerSearch(layer, target).run(Integer.MAX_VALUE);
      int best = 0;
      for (int step = 1; step < trail.steps(); step++) {
        best = trail.balance(step) > trail.balance(best) ? step : best;
      }
      if (best == 0) {
        break;
      }
      slots = trail.placement(best);
    }
    return slots;
  }
}
