package dev.guildhall.planner.placement;

import java.util.Arrays;

/**
 * How evenly a placement loads the ranks: mean ÷ highest load of a layer, 1 where all are equal.
 */
public final class Balance {

  private Balance() {}

  /**
   * Mean over layers of mean ÷ highest load of a rank, every expert's tokens being split equally
   * over its replicas.
   *
   * @param loads tokens per layer and expert
   */
  public static double of(ExpertMap placement, double[][] loads) {
    return of(placement, TokenSplit.EQUAL, loads);
  }

  /**
   * Mean over layers of mean ÷ highest load of a rank.
   *
   * @param split of every expert's tokens over its replicas
   * @param loads tokens per layer and expert
   */
  public static double of(ExpertMap placement, TokenSplit split, double[][] loads) {
    double sum = 0;
    for (int layer = 0; layer < loads.length; layer++) {
      var ranks = Arrays.stream(split.loads(placement, layer, loads[layer])).summaryStatistics();
      sum += ranks.getMax() > 0 ? ranks.getAverage() / ranks.getMax() : 1;
    }
    return sum / loads.length;
  }

  /**
   * What no placement with an equal split exceeds, mean over layers: no rank can have less than the
   * heaviest replica, which is lightest when replicas go one by one to the heaviest.
   */
  public static double bound(ExpertGrid grid, double[][] loads) {
    return Arrays.stream(loads).mapToDouble(tokens -> bound(grid, tokens)).average().orElse(1);
  }

  private static double bound(ExpertGrid grid, double[] tokens) {
    var replicas = Replicas.spread(tokens, grid.slots(), grid.ranks());
    double mean = Arrays.stream(tokens).sum() / grid.ranks();
    double heaviest = mean;
    for (int expert = 0; expert < tokens.length; expert++) {
      heaviest = Math.max(heaviest, tokens[expert] / replicas[expert]);
    }
    return heaviest > 0 ? mean / heaviest : 1;
  }
}
