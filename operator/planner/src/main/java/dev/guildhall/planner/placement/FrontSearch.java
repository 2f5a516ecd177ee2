package dev.guildhall.planner.placement;

import java.util.ArrayList;
import java.util.function.DoubleFunction;

/**
 * Searches one layer from where its replicas are, with one aim after the other, for what few moves
 * buy.
 */
final class FrontSearch {
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

  /** The same where tokens are split by weight, which is planned for seldom and pays more. */
  private static final long WORK_BY_WEIGHT = 150_000;

  private final ExpertGrid grid;
  private final int[] nodeOfRank;
  private final int[] slots;
  private final int[] home;
  private final double[] tokens;
  private final int most;

  /**
   * Of one layer.
   *
   * @param budget moves for all layers
   * @throws InvalidPlacementException where groups must stay on nodes and one is not on one
   */
  FrontSearch(ExpertMap current, Locality locality, int number, double[] tokens, int budget) {
    this.grid = current.grid();
    this.nodeOfRank = grid.nodeOfRank();
    this.slots = current.slots(number);
    this.home = locality == Locality.ANYWHERE ? null : Homes.of(grid, slots);
    if (locality == Locality.GROUP_ON_NODE && home == null) {
      throw new InvalidPlacementException("layer %d: a group is on two nodes".formatted(number));
    }
    this.tokens = tokens;
    this.most = Math.min(budget, MOST_OF_FAIR * Math.ceilDiv(budget, current.layers()) + SLACK);
  }

  /** With tokens split equally over replicas. */
  Front equal() {
    return search(
        WORK,
        equal(slots).most(),
        equal(FirstPlacement.of(grid, tokens, home)).most(),
        target -> new LayerSearch(equal(slots), target).run(most));
  }

  /** With tokens split by weight, as is best for them. */
  Front weighted() {
    double now = poured(slots).most();
    double goal = poured(FirstPlacement.of(grid, tokens, home)).most();
    return search(
        WORK_BY_WEIGHT,
        now,
        goal,
        target -> new PouredSearch(poured(slots), target, true).run(most),
        target -> new PouredSearch(poured(slots), target, false).run(most));
  }

  private Layer equal(int[] placed) {
    return new Layer(grid, nodeOfRank, tokens, placed, home);
  }

  private PouredLayer poured(int[] placed) {
    return new PouredLayer(grid, nodeOfRank, tokens, placed, home);
  }

  /**
   * @param enough comparisons after which no other aim is tried
   * @param now highest load
   * @param goal the same of a plan from scratch
   * @param ways to search for a highest load
   */
  @SafeVarargs
  private Front search(long enough, double now, double goal, DoubleFunction<Trail>... ways) {
    var trails = new ArrayList<Trail>();
    long work = 0;
    for (int k = 0; k < AIMS.length && work < enough; k++) {
      for (var way : ways) {
        var trail = way.apply(goal + AIMS[k] * (now - goal));
        work += (long) trail.steps() * grid.slots() * grid.slotsPerRank();
        trails.add(trail);
      }
    }
    return new Front(trails);
  }
}
