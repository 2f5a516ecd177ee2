package dev.guildhall.planner.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ExpertGridTest {

  @Test
  void slotsThatRanksCannotShareEquallyAreRefused() {
    assertThatThrownBy(() -> ExpertGrid.of(8, 10, 1, 1, 4))
        .isInstanceOf(InvalidPlacementException.class)
        .hasMessage("10 slots cannot be shared equally by 4 ranks");
  }

  @Test
  void fewerSlotsThanExpertsAreRefused() {
    assertThatThrownBy(() -> ExpertGrid.of(9, 8, 1, 1, 4)).hasMessageContaining("too few");
  }

  @Test
  void aRankThatWouldHoldAnExpertTwiceIsRefused() {
    assertThatThrownBy(() -> ExpertGrid.of(3, 8, 1, 1, 2)).hasMessageContaining("twice");
  }

  @Test
  void aMapThatForgetsAnExpertIsRefused() {
    var grid = ExpertGrid.of(3, 4, 1, 1, 2);
    assertThatThrownBy(() -> ExpertMap.of(grid, new int[][] {{0, 1, 0, 1}}))
        .hasMessage("layer 0: no slot holds expert 2");
  }

  @Test
  void aMapWithAnExpertTwiceOnARankIsRefused() {
    var grid = ExpertGrid.of(3, 4, 1, 1, 2);
    assertThatThrownBy(() -> ExpertMap.of(grid, new int[][] {{0, 0, 1, 2}}))
        .hasMessage("layer 0: expert 0 is twice on rank 0");
  }

  @Test
  void aNegativeLoadIsRefused() {
    var grid = ExpertGrid.of(2, 2, 1, 1, 2);
    assertThatThrownBy(
            () -> PlacementPlanner.fresh(grid, Locality.ANYWHERE, new double[][] {{1, -1}}))
        .hasMessage("layer 0 has a load that is not a number of tokens");
  }

  @Test
  void loadsOfAnotherNumberOfExpertsAreRefused() {
    var grid = ExpertGrid.of(2, 2, 1, 1, 2);
    assertThatThrownBy(
            () -> PlacementPlanner.fresh(grid, Locality.ANYWHERE, new double[][] {{1, 1, 1}}))
        .hasMessage("layer 0 has loads of 3 experts instead of 2");
  }

  @Test
  void unevenNodesAreCountedAsGiven() {
    var grid = new ExpertGrid(6, 6, 2, new int[] {0, 0, 1});
    assertThat(grid.nodes()).isEqualTo(2);
    assertThat(grid.slotsPerRank()).isEqualTo(2);
    assertThat(grid.groupOf(3)).isEqualTo(1);
  }
}
