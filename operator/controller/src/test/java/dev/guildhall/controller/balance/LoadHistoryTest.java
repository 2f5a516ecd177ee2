package dev.guildhall.controller.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadHistoryTest {
  private final LoadHistory history = new LoadHistory();

  private static RankExperts rank(long placement, long... tokens) {
    return new RankExperts(placement, 0.25, new long[][] {tokens});
  }

  @Test
  void aWindowIsWhatCountersOfTheSameRanksWentUpBy() {
    history.add(Map.of("a", rank(3, 10, 0), "b", rank(2, 5, 5)));
    assertThat(history.ifNew()).isEmpty();
    // Rank b began again, c is new: neither says what came in this window.
    history.add(Map.of("a", rank(3, 14, 1), "b2", rank(3, 7, 7), "c", rank(3, 100, 100)));
    assertThat(history.ifNew()).singleElement().isEqualTo(new double[][] {{4, 1}});
    assertThat(history.ifNew()).as("seen already").isEmpty();
    history.add(Map.of("a", rank(3, 14, 2), "b2", rank(3, 8, 7), "c", rank(3, 100, 103)));
    assertThat(history.ifNew()).containsExactly(new double[][] {{4, 1}}, new double[][] {{1, 4}});
  }

  @Test
  void countersThatWentBackDoNotCount() {
    history.add(Map.of("a", rank(1, 10, 10)));
    history.add(Map.of("a", rank(1, 3, 20)));
    assertThat(history.ifNew()).isEmpty();
  }

  @Test
  void anIdleWindowIsNone() {
    history.add(Map.of("a", rank(1, 10, 10)));
    history.add(Map.of("a", rank(1, 10, 10)));
    assertThat(history.ifNew()).isEmpty();
  }

  @Test
  void thePlacementAppliedIsTheLowestAndIsRememberedWhileNobodyAnswers() {
    assertThat(history.appliedEpoch()).isEmpty();
    history.add(Map.of("a", rank(3, 1), "b", rank(2, 1)));
    history.add(Map.of());
    assertThat(history.appliedEpoch()).hasValue(2);
  }

  @Test
  void onlyTheLastWindowsAreKept() {
    for (int i = 0; i < 30; i++) {
      history.add(Map.of("a", rank(1, i)));
    }
    assertThat(history.ifNew()).hasSize(10);
  }

  @Test
  void howEvenItWasIsKnownUntilAWindowOfTheNewPlacementIsJudged() {
    assertThat(history.balancedness()).isEqualTo(1);
    history.judged(0.5);
    history.clear();
    assertThat(history.latest()).isEmpty();
    assertThat(history.balancedness()).isEqualTo(0.5);
  }
}
