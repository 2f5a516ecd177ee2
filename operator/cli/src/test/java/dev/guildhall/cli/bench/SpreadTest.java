package dev.guildhall.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void theMedianIsTheMiddleOneOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(Spread.of(List.of(9.0, 1.0, 4.0))).isEqualTo(new Spread(4, 1, 9));
    assertThat(Spread.of(List.of(9.0, 1.0, 4.0, 6.0))).isEqualTo(new Spread(5, 1, 9));
    assertThat(Spread.of(List.of(7.5))).isEqualTo(new Spread(7.5, 7.5, 7.5));
  }

  @Test
  void aPercentileIsTheNearestRank() {
    List<Double> hundred = IntStream.rangeClosed(1, 100).mapToObj(i -> (double) i).toList();
    assertThat(Spread.percentile(hundred.reversed(), 0.99)).isEqualTo(99);
    assertThat(Spread.percentile(hundred, 0.5)).isEqualTo(50);
    assertThat(Spread.percentile(hundred, 1)).isEqualTo(100);
    assertThat(Spread.percentile(List.of(3.0), 0.01)).isEqualTo(3);
  }
}
