package dev.guildhall.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.cluster.Election.Says;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElectionTest {
  private static final Says LOOKS = new Says(Election.NOBODY, false, 0);

  private static Says follows(int coordinator, int members) {
    return new Says(coordinator, false, members);
  }

  private static Says computesWith(int coordinator, int members) {
    return new Says(coordinator, true, members);
  }

  @Test
  void whoComputesIsFollowedBeforeWhoIsManyBeforeWhoIsLow() {
    assertThat(Election.choose(5, List.of(follows(1, 3), computesWith(2, 2)))).isEqualTo(2);
    assertThat(Election.choose(5, List.of(follows(1, 2), LOOKS, follows(2, 3)))).isEqualTo(2);
    assertThat(Election.choose(5, List.of(follows(2, 2), follows(1, 2)))).isEqualTo(1);
  }

  @Test
  void ranksThatLookForOneNameNobody() {
    assertThat(Election.choose(5, List.of(LOOKS, LOOKS))).isEqualTo(Election.NOBODY);
    assertThat(Election.choose(5, List.of())).isEqualTo(Election.NOBODY);
  }

  @Test
  void aRestartedCoordinatorBeginsAgainUnlessAnotherHasBegun() {
    assertThat(Election.choose(0, List.of(computesWith(0, 4)))).isZero();
    assertThat(Election.choose(0, List.of(computesWith(0, 4), follows(1, 2)))).isEqualTo(1);
  }

  @Test
  void aCoordinatorGivesWayToABetterGroupOnly() {
    Says own = follows(1, 2);
    assertThat(Election.better(own, List.of(follows(0, 2)))).contains(follows(0, 2));
    assertThat(Election.better(own, List.of(computesWith(2, 1)))).contains(computesWith(2, 1));
    assertThat(Election.better(own, List.of(follows(2, 2), LOOKS, follows(0, 1)))).isEmpty();
    assertThat(Election.better(own, List.of(computesWith(1, 3)))).as("the same group").isEmpty();
  }
}
