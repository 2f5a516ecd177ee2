package dev.guildhall.simulator.cluster;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * What a simulation came to, over the measured time.
 *
 * @param counts what became of requests
 * @param gpuNanos GPU-nanoseconds held
 * @param groupNanos the same, summed over groups
 * @param pricePerGpuHour price of a GPU
 * @param series one point per tick
 */
public record Outcome(
    RequestCounts counts,
    long gpuNanos,
    long groupNanos,
    BigDecimal pricePerGpuHour,
    List<SeriesPoint> series) {

  private static final BigDecimal NANOS_PER_HOUR = BigDecimal.valueOf(3_600_000_000_000L);

  /** Keeps a copy. */
  public Outcome {
    series = List.copyOf(series);
  }

  /** GPU-hours held. */
  public double gpuHours() {
    return gpuNanos / 3.6e12;
  }

  /** What they cost. */
  public BigDecimal cost() {
    return pricePerGpuHour
        .multiply(BigDecimal.valueOf(gpuNanos))
        .divide(NANOS_PER_HOUR, MathContext.DECIMAL64);
  }
}
