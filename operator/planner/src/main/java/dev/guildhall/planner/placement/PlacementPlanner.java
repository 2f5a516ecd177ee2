package dev.guildhall.planner.placement;

import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Places expert replicas so that ranks are loaded evenly, each layer for itself. Deterministic;
 * layers are searched in parallel.
 *
 * <p>The objective is balancedness, mean over layers of mean ÷ highest load of a rank with every
 * expert's tokens split equally or by weight over its replicas, under a budget of moves for all
 * layers together.
 */
public final class PlacementPlanner {
  private static final double STEP = 0.9;
  private static final int ROUNDS = 12;

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
    return improve(
            current,
            loads,
            budget,
            layer -> new FrontSearch(current, locality, layer, loads[layer], budget).equal())
        .plan(TokenSplit.EQUAL);
  }

  /**
   * The same where tokens are split by weight: balance is what the split reaches that is best for
   * these loads. Moves nothing where weights alone do as much.
   *
   * @throws InvalidPlacementException as {@link #improve}
   */
  public static PlacementPlan improveWeighted(
      ExpertMap current, Locality locality, double[][] loads, int budget) {
    var improved =
        improve(
            current,
            loads,
            budget,
            layer -> new FrontSearch(current, locality, layer, loads[layer], budget).weighted());
    return improved.plan(TokenSplit.best(improved.placement(), loads));
  }

  private record Improved(ExpertMap placement, double before, double after, int moved) {
    PlacementPlan plan(TokenSplit split) {
      return new PlacementPlan(placement, split, before, after, moved);
    }
  }

  private static Improved improve(
      ExpertMap current, double[][] loads, int budget, IntFunction<Front> search) {
    Loads.check(current, loads);
    var fronts = IntStream.range(0, loads.length).parallel().mapToObj(search).toArray(Front[]::new);
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
    return new Improved(ExpertMap.trusted(current.grid(), layers), before, after, moved);
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
