package dev.guildhall.planner.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FrontTest {

  private static final ExpertGrid GRID = ExpertGrid.of(8, 12, 1, 1, 4);
  private static final double[] TOKENS = {90, 70, 40, 30, 20, 10, 5, 1};
  private static final int[] PLACED = {0, 1, 2, 3, 4, 5, 6, 7, 0, 2, 3, 4};

  @Test
  void holdsWhatIsBestForItsNumberOfMovesAndNothingElse() {
    var trails = List.of(search(67), search(90), search(120));
    var front = new Front(trails);
    assertThat(front.moves(0)).isZero();
    assertThat(front.balance(0)).isEqualTo(trails.getFirst().balance(0));
    for (int k = 1; k < front.size(); k++) {
      assertThat(front.moves(k)).isGreaterThan(front.moves(k - 1));
      assertThat(front.balance(k)).isGreaterThan(front.balance(k - 1));
    }
    assertThat(front.size()).isGreaterThan(2);
    for (Trail trail : trails) {
      for (int step = 0; step < trail.steps(); step++) {
        assertThat(best(front, trail.moves(step))).isGreaterThanOrEqualTo(trail.balance(step));
      }
    }
  }

  @Test
  void aPlacementHasTheBalanceThatIsSaidOfIt() {
    var front = new Front(List.of(search(67), search(90)));
    for (int k = 0; k < front.size(); k++) {
      assertThat(layer(front.placement(k)).balance()).isEqualTo(front.balance(k));
    }
  }

  private static double best(Front front, int moves) {
    double best = 0;
    for (int k = 0; k < front.size() && front.moves(k) <= moves; k++) {
      best = front.balance(k);
    }
    return best;
  }

  private static Trail search(double target) {
    return new LayerSearch(layer(PLACED), target).run(12);
  }

  private static Layer layer(int[] placed) {
    return new Layer(GRID, GRID.nodeOfRank(), TOKENS, placed, null);
  }
}
