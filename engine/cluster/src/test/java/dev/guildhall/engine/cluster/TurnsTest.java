package dev.guildhall.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.backend.StepExperts.Turn;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A step keeps the placement that it began with; the next one takes the group's. */
class TurnsTest {
  private final HeldPlacements placements =
      new HeldPlacements(0, 1, 2, new Placement(4, 2, new int[][] {{0, 1}}, new int[1][0]));
  private int told;

  /** An expert's output is the epoch of the placement that it was computed by. */
  private final Turns turns =
      new Turns(placements, r -> (layer, batch) -> new float[] {r.epoch()}, () -> told++);

  private static float by(Turn turn) {
    return turn.forward(0, null)[0];
  }

  @Test
  void aStepUnderWayKeepsItsPlacement() {
    placements.add(new Placement(5, 2, new int[][] {{1, 0}}, new int[1][0]));
    Turn first = turns.open();
    turns.view(5);
    assertThat(by(first)).isEqualTo(4);
    assertThat(placements.used()).isEqualTo(4);
    first.close();
    assertThat(placements.used()).isEqualTo(5);
    assertThat(told).isEqualTo(1);
    try (Turn next = turns.open()) {
      assertThat(by(next)).isEqualTo(5);
    }
  }

  @Test
  void anIdleRankGoesOverAtOnce() {
    placements.add(new Placement(5, 2, new int[][] {{1, 0}}, new int[1][0]));
    turns.view(5);
    assertThat(placements.used()).isEqualTo(5);
  }

  @Test
  void whatIsNotHeldIsNotUsed() {
    turns.view(6);
    try (Turn turn = turns.open()) {
      assertThat(by(turn)).isEqualTo(4);
    }
  }

  @Test
  void bothPlacementsAreServedUntilTheOldOneIsRetired() {
    placements.add(new Placement(5, 2, new int[][] {{1, 0}}, new int[1][0]));
    assertThat(placements.epochs()).containsExactly(4L, 5L);
    BitSet both = new BitSet();
    both.set(0, 2);
    assertThat(placements.union()).isEqualTo(List.of(both));
    placements.retire(5);
    assertThat(placements.route(4)).isEmpty();
    placements.retire(9);
    assertThat(placements.epochs()).containsExactly(5L);
  }
}
