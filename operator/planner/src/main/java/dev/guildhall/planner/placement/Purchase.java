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
    int[] chosen = at(low, fronts);
    if (moves(chosen, fronts) <= budget) {
      return chosen;
    }
    for (int k = 0; k < HALVINGS; k++) {
      double price = (low + high) / 2;
      if (moves(at(price, fronts), fronts) > budget) {
        low = price;
      } else {
        high = price;
      }
    }
    chosen = at(high, fronts);
    spendRest(budget - moves(chosen, fronts), chosen, fronts);
    return chosen;
  }

  private static void spendRest(int rest, int[] chosen, Front[] fronts) {
    int left = rest;
    while (left > 0) {
      double best = 0;
      int winner = -1;
      int to = 0;
      for (int layer = 0; layer < fronts.length; layer++) {
        for (int choice = 0; choice < fronts[layer].size(); choice++) {
          int cost = fronts[layer].moves(choice) - fronts[layer].moves(chosen[layer]);
          double gain = fronts[layer].balance(choice) - fronts[layer].balance(chosen[layer]);
          if (cost <= left && gain / Math.max(1, cost) > best) {
            best = gain / Math.max(1, cost);
            winner = layer;
            to = choice;
          }
        }
      }
      if (winner < 0) {
        return;
      }
      left -= fronts[winner].moves(to) - fronts[winner].moves(chosen[winner]);
      chosen[winner] = to;
    }
  }

  private static int[] at(double price, Front[] fronts) {
    int[] chosen = new int[fronts.length];
    for (int layer = 0; layer < fronts.length; layer++) {
      double best = Double.NEGATIVE_INFINITY;
      for (int choice = 0; choice < fronts[layer].size(); choice++) {
        double worth = fronts[layer].balance(choice) - price * fronts[layer].moves(choice);
        if (worth > best + 1e-15) {
          best = worth;
          chosen[layer] = choice;
        }
      }
    }
    return chosen;
  }

  private static int moves(int[] chosen, Front[] fronts) {
    int moves = 0;
    for (int layer = 0; layer < fronts.length; layer++) {
      moves += fronts[layer].moves(chosen[layer]);
    }
    return moves;
  }
}
