package dev.guildhall.controller.scaling;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;

/** Percentiles of histograms. */
final class Percentile {

  private Percentile() {}

  /**
   * As Prometheus' {@code histogram_quantile}: within a bucket values are taken to lie evenly;
   * beyond the last finite bound, at that bound. Empty where nothing was counted.
   *
   * @param buckets counts by upper bound, each with all below it
   */
  static OptionalDouble of(SortedMap<Double, Double> buckets, int percentile) {
    double all = buckets.isEmpty() ? 0 : buckets.get(buckets.lastKey());
    if (!(all > 0)) {
      return OptionalDouble.empty();
    }
    double rank = all * percentile / 100;
    double lower = 0;
    double below = 0;
    for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
      if (bucket.getValue() >= rank) {
        double inside = bucket.getValue() - below;
        return OptionalDouble.of(
            Double.isInfinite(bucket.getKey())
                ? lower
                : lower + (bucket.getKey() - lower) * (inside > 0 ? (rank - below) / inside : 1));
      }
      lower = bucket.getKey();
      below = bucket.getValue();
    }
    return OptionalDouble.of(lower);
  }
}
