package dev.guildhall.planner.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrendTest {

  /** A point each 15 s, read with a lead of a minute. */
  private static Trend trend(int points, IntToDoubleFunction demand) {
    List<Point> past =
        IntStream.range(0, points)
            .mapToObj(i -> new Point(15_000L * i, demand.applyAsDouble(i)))
            .toList();
    return Trend.of(past, 60);
  }

  @Test
  void noiseAsksForNoReserve() {
    var random = new SplittableRandom(3);
    assertThat(trend(400, i -> random.nextDouble(0.5, 1.5)).rise()).isCloseTo(1, within(0.03));
  }

  @Test
  void demandThatKeepsRisingAsksForWhatItRisesByWhileAGroupStarts() {
    var trend = trend(40, i -> 100 * Math.pow(1.1, i / 4.0));
    assertThat(trend.rise()).isCloseTo(1.1, within(0.001));
    assertThat(trend.expected()).isCloseTo(1.1 * trend.level(), within(0.1));
  }

  @Test
  void oneJumpIsNoTrend() {
    assertThat(trend(40, i -> i < 20 ? 10 : 30).rise()).isEqualTo(1);
  }

  @Test
  void fallingDemandAsksForNoLessThanThereIs() {
    assertThat(trend(40, i -> 100 - i).rise()).isEqualTo(1);
  }

  @Test
  void nothingIsKnownOfNoPast() {
    assertThat(Trend.of(List.of(), 60)).isEqualTo(new Trend(0, 1));
  }
}
