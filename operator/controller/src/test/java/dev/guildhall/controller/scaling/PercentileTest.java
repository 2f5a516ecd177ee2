package dev.guildhall.controller.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PercentileTest {

  @Test
  void percentilesLieWithinTheirBucket() {
    var buckets = new TreeMap<>(Map.of(1.0, 0.0, 2.0, 10.0, 4.0, 20.0));
    assertThat(Percentile.of(buckets, 25)).hasValue(1.5);
    assertThat(Percentile.of(buckets, 75)).hasValue(3);
    buckets.put(Double.POSITIVE_INFINITY, 100.0);
    assertThat(Percentile.of(buckets, 95)).as("beyond all bounds").hasValue(4);
    assertThat(Percentile.of(new TreeMap<>(Map.of(1.0, 0.0)), 50)).isEmpty();
    assertThat(Percentile.of(new TreeMap<>(), 50)).isEmpty();
  }
}
