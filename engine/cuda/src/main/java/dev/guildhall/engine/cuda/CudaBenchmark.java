package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.BenchCases.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Measures the Hopper kernels at the shapes of DeepSeek-V3 with 32 experts per device, beside what
 * the device can do. All take turns within each round, the copy that is a ceiling among them.
 */
public final class CudaBenchmark {
  private static final int TIMES = 10;

  private CudaBenchmark() {}

  /** What a figure is held against. */
  public enum Ceiling {
    /** What a device copy of the same round moves, in bytes per second. */
    COPY("GB/s", 1e9, Double.NaN),
    /** Dense BF16 operations per second of H100, H800 and H200 SXM, from the data sheet. */
    BF16("TFLOP/s", 1e12, 989.4e12),
    /** Dense FP8 operations per second of the same. */
    FP8("TFLOP/s", 1e12, 1978.9e12);

    private final String unit;
    private final double perUnit;
    private final double peak;

    Ceiling(String unit, double perUnit, double peak) {
      this.unit = unit;
      this.perUnit = perUnit;
      this.peak = peak;
    }

    /** Of the figures: GB (10^9 bytes) or TFLOP (10^12 operations) per second. */
    public String unit() {
      return unit;
    }
  }

  /**
   * One row.
   *
   * @param what the kernel
   * @param shape groups × rows × outputs × depth, or what it says
   * @param ceiling what {@code shares} are of
   * @param values one per round, in the ceiling's unit
   * @param shares the same, of the ceiling
   */
  public record Measure(
      String what, String shape, Ceiling ceiling, List<Double> values, List<Double> shares) {}

  /**
   * The result.
   *
   * @param device its name, as the driver tells it
   * @param capability its compute capability, 90 for 9.0
   */
  public record Result(String device, int capability, List<Measure> measures) {}

  /**
   * Runs it.
   *
   * @param rounds how often everything is measured, at least 1
   * @param small sizes for trying it out on a stand-in, whose figures mean nothing
   * @param progress gets a line before everything that may take long
   * @throws CudaException if no device can be used, or this one has no Hopper kernels
   */
  public static Result run(int rounds, boolean small, Consumer<String> progress) {
    KernelImage.unusableBecause()
        .ifPresent(
            reason -> {
              throw new CudaException(0, reason);
            });
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device);
        Kernels kernels = new Kernels(device, KernelImage.read());
        Stopwatch watch = new Stopwatch(device)) {
      progress.accept("random data on " + device.name());
      BenchShapes shapes = small ? BenchShapes.SMALL : BenchShapes.DEEPSEEK_V3;
      List<Case> cases = new BenchCases(device, memory, kernels, shapes).all();
      double[][] rates = new double[cases.size()][rounds];
      for (int round = 0; round < rounds; round++) {
        progress.accept("round %d of %d".formatted(round + 1, rounds));
        for (int i = 0; i < rates.length; i++) {
          double seconds = watch.seconds(cases.get(i).launch(), small ? 1 : TIMES);
          rates[i][round] = cases.get(i).work() / seconds;
        }
      }
      return new Result(device.name(), device.capability(), measures(cases, rates));
    }
  }

  private static List<Measure> measures(List<Case> cases, double[][] rates) {
    List<Measure> measures = new ArrayList<>();
    for (int i = 0; i < rates.length; i++) {
      Case each = cases.get(i);
      Ceiling ceiling = each.ceiling();
      double[] own = rates[i];
      measures.add(
          new Measure(
              each.what(),
              each.shape(),
              ceiling,
              IntStream.range(0, own.length).mapToObj(r -> own[r] / ceiling.perUnit).toList(),
              IntStream.range(0, own.length)
                  .mapToObj(r -> own[r] / (ceiling == Ceiling.COPY ? rates[0][r] : ceiling.peak))
                  .toList()));
    }
    return measures;
  }
}
