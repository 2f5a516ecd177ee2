package dev.guildhall.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.proto.v1.Member;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RouteTest {
  private static final int ROWS = 400;

  private static GroupView there(int... ranks) {
    var members =
        IntStream.of(ranks).mapToObj(r -> Member.newBuilder().setRank(r).build()).toList();
    return new GroupView(1, true, true, 0, 0, members, "");
  }

  /** How many rows of expert 0 each rank is asked for, sent in batches of any size. */
  private static int[] asked(Route route, GroupView view, Random random) {
    int[] asked = new int[3];
    for (int left = ROWS, count; left > 0; left -= count) {
      count = Math.min(left, 1 + random.nextInt(5));
      var batch =
          new ExpertBatch(new int[] {0}, new int[] {count}, new int[count], new float[1], 1);
      for (int owner : route.owners(view, 0, batch)) {
        asked[owner]++;
      }
    }
    return asked;
  }

  @Property(tries = 200)
  void rowsOfAnExpertAreSplitByWeight(
      @ForAll Random random,
      @ForAll @IntRange(max = 2) int caller,
      @ForAll @IntRange(max = 1000) int first,
      @ForAll @IntRange(min = 1, max = 1000) int second) {
    var placement =
        new Placement(0, 3, new int[][] {{0, 0, 1}}, new int[][] {{first, second, 1000}});
    int[] asked = asked(new Route(placement, caller, 2), there(0, 1, 2), random);
    double expected = ROWS * (double) first / (first + second);
    assertThat((double) asked[0]).isBetween(expected - 5, expected + 5);
    assertThat(asked[2]).isZero();
  }

  @Test
  void whatIsOfARankThatHasGoneIsAskedOfTheOthers() {
    var placement = new Placement(0, 3, new int[][] {{0, 0, 0}}, new int[][] {{500, 300, 200}});
    var route = new Route(placement, 2, 1);
    assertThat(asked(route, there(1, 2), new Random(1))[1]).isBetween(235, 245);
    var zero = new Placement(0, 3, new int[][] {{0, 0, 0}}, new int[][] {{1000, 0, 0}});
    assertThat(asked(new Route(zero, 2, 1), there(1, 2), new Random(1)))
        .containsExactly(0, 0, ROWS);
  }

  @Test
  void othersThanTheHolderAreAskedOnlyByWeight() {
    var plain = new Placement(0, 3, new int[][] {{0, 0, 0}}, new int[1][0]);
    for (int caller = 0; caller < 3; caller++) {
      assertThat(asked(new Route(plain, caller, 1), there(0, 1, 2), new Random(1))[caller])
          .isEqualTo(ROWS);
    }
  }
}
