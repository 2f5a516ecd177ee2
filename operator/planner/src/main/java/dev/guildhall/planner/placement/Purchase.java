package dev.guildhall.planner.placement;

/** Which choice of each layer is taken, so that a common budget of moves buys most balance. */
final class Purchase {
  private static final int HALVINGS = 40;

  private Purchase() {}

  /**
   * The choice of each front: the best at one price per move for all layers, the lowest price that
   * the budget allows; what is left then buys single improvements, layer by layer.
   */
  static int[] within(int budget, Front[] fronts) {
    double low = 0;
    double high = 1;
    int[] steps = at(low, fronts);
    if (moves(steps, fronts) <= budget) {
      return steps;
    }
    for (int k = 0; k < HALVINGS; k++) {
      double price = (low + high) / 2;
      if (moves(at(price, fronts), fronts) > budget) {
        low = price;
      } else {
        high = price;
      }
    }
    steps = at(high, fronts);
    spendRest(budget - moves(steps, fronts), steps, fronts);
    return steps;
  }

  private static void spendRest(int rest, int[] steps, Front[] fronts) {
    int left = rest;
    while (left > 0) {
      double best = 0;
      int layer = -1;
      int to = 0;
      for (int t = 0; t < fronts.length; t++) {
        for (int step = 0; step < fronts[t].size(); step++) {
          int cost = fronts[t].moves(step) - fronts[t].moves(steps[t]);
          double gain = fronts[t].balance(step) - fronts[t].balance(steps[t]);
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
      left -= fronts[layer].moves(to) - fronts[layer].moves(steps[layer]);
      steps[layer] = to;
    }
  }

  private static int[] at(double price, Front[] fronts) {
    int[] steps = new int[fronts.length];
    for (int t = 0; t < fronts.length; t++) {
      double best = Double.NEGATIVE_INFINITY;
      for (int step = 0; step < fronts[t].size(); step++) {
        double worth = fronts[t].balance(step) - price * fronts[t].moves(step);
        if (worth > best + 1e-15) {
          best = worth;
          steps[t] = step;
        }
      }
    }
    return steps;
  }

  private static int moves(int[] steps, Front[] fronts) {
    int moves = 0;
    for (int t = 0; t < fronts.length; t++) {
      moves += fronts[t].moves(steps[t]);
    }
    return moves;
  }
}
