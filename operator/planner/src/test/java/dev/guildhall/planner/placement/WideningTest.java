package dev.guildhall.planner.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WideningTest {

  /** Four experts on two ranks, the first with most of the tokens. */
  private static final ExpertMap NARROW =
      ExpertMap.of(ExpertGrid.of(4, 4, 1, 1, 2), new int[][] {{0, 1, 2, 3}});

  private static final double[][] HOT = {{80, 10, 10, 0}};

  @Example
  void theHottestExpertsGetTheRoom() {
    assertThat(Balance.of(NARROW, HOT)).isEqualTo(50.0 / 90, within(1e-9));
    var wide = Widening.of(NARROW, 6, HOT);
    assertThat(wide.asLists().getFirst()).containsExactly(0, 1, 2, 2, 3, 0);
    assertThat(Balance.of(wide, HOT)).isEqualTo(50.0 / 55, within(1e-9));
  }

  @Example
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> Widening.of(NARROW, 2, HOT))
        .isInstanceOf(InvalidPlacementException.class)
        .hasMessage("2 slots, but there are 4 already");
    assertThatThrownBy(() -> Widening.of(NARROW, 5, HOT))
        .hasMessageContaining("5 slots cannot be shared equally by 2 ranks");
    assertThatThrownBy(() -> Widening.of(NARROW, 10, HOT)).hasMessageContaining("twice");
    assertThatThrownBy(() -> Widening.of(NARROW, 6, new double[][] {{1, 2, 3}}))
        .hasMessageContaining("loads of 3 experts instead of 4");
    assertThatThrownBy(() -> Widening.of(NARROW, 6, new double[0][]))
        .hasMessageContaining("loads of 0 layers, but 1 are placed");
  }

  @Property(tries = 200)
  void replicasStayAndTheHeaviestGetsLighter(
      @ForAll @IntRange(min = 1, max = 12) int ranks,
      @ForAll @IntRange(min = 1, max = 6) int perRank,
      @ForAll @IntRange(max = 4) int more,
      @ForAll long seed) {
    var random = new Random(seed);
    int experts = Math.max(perRank + more, ranks * perRank / 2);
    if (experts > ranks * perRank) {
      return;
    }
    var grid = ExpertGrid.of(experts, ranks * perRank, 1, 1, ranks);
    double[][] then = loads(random, experts);
    double[][] now = loads(random, experts);
    var narrow = PlacementPlanner.fresh(grid, Locality.ANYWHERE, then).placement();

    var wide = Widening.of(narrow, ranks * (perRank + more), now);

    for (int layer = 0; layer < narrow.layers(); layer++) {
      int[] before = narrow.slots(layer);
      int[] after = ExpertMap.of(wide.grid(), new int[][] {wide.slots(layer)}).slots(0);
      for (int rank = 0; rank < ranks; rank++) {
        assertThat(
                Arrays.copyOfRange(
                    after, rank * (perRank + more), rank * (perRank + more) + perRank))
            .containsExactly(Arrays.copyOfRange(before, rank * perRank, (rank + 1) * perRank));
      }
      assertThat(heaviest(after, now[layer])).isLessThanOrEqualTo(heaviest(before, now[layer]));
    }
  }

  private static double heaviest(int[] slots, double[] tokens) {
    return IntStream.range(0, tokens.length)
        .mapToDouble(e -> tokens[e] / IntStream.of(slots).filter(slot -> slot == e).count())
        .max()
        .orElseThrow();
  }

  private static double[][] loads(Random random, int experts) {
    return IntStream.range(0, 2)
        .mapToObj(
            layer -> random.doubles(experts).map(x -> Math.floor(Math.pow(x, 6) * 9999)).toArray())
        .toArray(double[][]::new);
  }
}
