package dev.guildhall.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Ranks that find, lose and find again who coordinates them, in simulated time. */
class CoordinationPropertyTest {
  /** Beats in which a rank that is gone is missed, a coordinator found and the others join it. */
  private static final int SOON = 12;

  /** And in which those that two coordinate come together. */
  private static final int LATER = 30;

  @Property(tries = 300)
  void whateverHappenedThoseThatReachEachOtherBecomeOneGroup(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 9) int ranks) {
    SimulatedGroup group = new SimulatedGroup(ranks, random);
    for (int event = 0; event < 12; event++) {
      int rank = random.nextInt(ranks);
      switch (random.nextInt(5)) {
        case 0 -> group.stop(rank);
        case 1 -> group.start(rank);
        case 2 -> group.pause(rank, random.nextInt(12));
        case 3 -> group.cut(rank, random.nextInt(ranks));
        default -> group.start(random.nextInt(ranks));
      }
      group.beats(random.nextInt(10));
    }
    long highest = group.highestEpoch();
    group.heal();
    group.beats(LATER);
    assertWhole(group, ranks);
    assertThat(group.highestEpoch())
        .as("above what any rank has seen")
        .isGreaterThanOrEqualTo(highest);
  }

  private static void assertWhole(SimulatedGroup group, int ranks) {
    List<GroupView> views = group.views();
    assertThat(views).hasSize(ranks);
    assertThat(views)
        .allSatisfy(
            view -> {
              assertThat(view.complete()).as(view.reason()).isTrue();
              assertThat(view.members()).hasSize(ranks);
              assertThat(view.epoch()).isEqualTo(views.getFirst().epoch());
            });
    assertThat(group.coordinators()).hasSize(1);
  }

  @Property(tries = 100)
  void othersGoOnWithoutTheirCoordinatorAndItComesBackAsOneOfThem(
      @ForAll Random random, @ForAll @IntRange(min = 3, max = 8) int ranks) {
    SimulatedGroup group = new SimulatedGroup(ranks, random);
    for (int rank = 0; rank < ranks; rank++) {
      group.start(rank);
    }
    group.beats(LATER);
    int first = group.coordinators().getFirst();
    group.stop(first);
    group.beats(SOON);
    assertThat(group.views())
        .hasSize(ranks - 1)
        .allSatisfy(
            view -> {
              assertThat(view.complete()).as(view.reason()).isTrue();
              assertThat(view.members()).hasSize(ranks - 1);
            });
    List<Integer> second = group.coordinators();
    assertThat(second).hasSize(1).doesNotContain(first);
    long epoch = group.highestEpoch();
    group.start(first);
    group.beats(4);
    assertWhole(group, ranks);
    assertThat(group.highestEpoch()).as("one change of membership").isEqualTo(epoch + 1);
    assertThat(group.coordinators()).isEqualTo(second);
  }

  @Example
  void whereRanksStartTogetherTheLowestCoordinatesThoughItComesLast() {
    SimulatedGroup group = new SimulatedGroup(4, new Random(5));
    for (int rank = 3; rank >= 0; rank--) {
      group.start(rank);
      group.beats(2);
    }
    group.beats(LATER);
    assertWhole(group, 4);
    assertThat(group.coordinators()).containsExactly(0);
  }

  @Example
  void aGroupWhoseLowestRankDoesNotComeIsCoordinatedByTheNext() {
    SimulatedGroup group = new SimulatedGroup(4, new Random(6));
    for (int rank = 1; rank < 4; rank++) {
      group.start(rank);
    }
    group.beats(LATER);
    assertThat(group.coordinators()).containsExactly(1);
    assertThat(group.views())
        .as("it waits for a rank that never was there")
        .allMatch(view -> !view.complete() && view.members().size() == 3);
  }

  @Example
  void twoHalvesThatComputedApartComeTogether() {
    SimulatedGroup group = new SimulatedGroup(4, new Random(3));
    for (int rank = 0; rank < 4; rank++) {
      group.start(rank);
    }
    group.beats(LATER);
    for (int here : new int[] {0, 1}) {
      Arrays.stream(new int[] {2, 3}).forEach(there -> group.cut(here, there));
    }
    group.beats(SOON);
    assertThat(group.coordinators()).hasSize(2);
    assertThat(group.views()).allMatch(view -> view.complete() && view.members().size() == 2);
    group.heal();
    group.beats(LATER);
    assertWhole(group, 4);
  }
}
