package dev.guildhall.planner.placement;

/** How far each layer's search is followed, so that a common budget of moves buys most balance. */
final class Purchase {
  private static final int HALVINGS = 40;

  private Purchase() {}

  /**
   * The step of each trail: the best at one price per move for all layers, the lowest price that
   * the budget allows; what is left then buys single improvements, layer by layer.
   */
  static int[] within(int budget, Trail[] trails) {
    double low = 0;
    double high = 1;
    int[] steps = at(low, trails);
    if (moves(steps, trails) <= budget) {
      return steps;
    }
    for (int k = 0; k < HALVINGS; k++) {
      double price = (low + high) / 2;
      if (moves(at(price, trails), trails) > budget) {
        low = price;
      } else {
        high = price;
      }
    }
    steps = at(high, trails);
    spendRest(budget - moves(steps, trails), steps, trails);
    return steps;
  }

  private static void spendRest(int rest, int[] steps, Trail[] trails) {
    int left = rest;
    while (left > 0) {
      double best = 0;
      int layer = -1;
      int to = 0;
      for (int t = 0; t < trails.length; t++) {
        for (int step = 0; step < trails[t].steps(); step++) {
          int cost = trails[t].moves(step) - trails[t].moves(steps[t]);
          double gain = trails[t].balance(step) - trails[t].balance(steps[t]);
          if (cost <= left && gain / Math.max(1, cost) > best) {
            best = gain / Math.max(1, cost);
            layer = t;
            to = step;
          }
        }
      }
      if (layer < 0) {
        return;
      }
      left -= trails[layer].moves(to) - trails[layer].moves(steps[layer]);
      steps[layer] = to;
    }
  }

  private static int[] at(double price, Trail[] trails) {
    int[] steps = new int[trails.length];
    for (int t = 0; t < trails.length; t++) {
      double best = Double.NEGATIVE_INFINITY;
      for (int step = 0; step < trails[t].steps(); step++) {
        double worth = trails[t].balance(step) - price * trails[t].moves(step);
        if (worth > best + 1e-15) {
          best = worth;
          steps[t] = step;
        }
      }
    }
    return steps;
  }

  private static int moves(int[] steps, Trail[] trails) {
    int moves = 0;
    for (int t = 0; t < trails.length; t++) {
      moves += trails[t].moves(steps[t]);
    }
    return moves;
  }
}
