package dev.guildhall.engine.cuda;

import java.util.Arrays;
import java.util.Locale;

/**
 * How products with weights are computed. Chosen by the system property {@code
 * guildhall.cuda.arithmetic}, or else by the environment variable {@code
 * GUILDHALL_CUDA_ARITHMETIC}.
 */
enum Arithmetic {
  /** In float32, on any device: what {@code verify} holds to its tolerances, and the default. */
  FLOAT32,
  /**
   * On tensor cores where weights are BF16 or FP8: inputs of a product are rounded to BF16, or to
   * e4m3 with a scale for each 128 values, its result to BF16. A row's bits may depend on how many
   * rows share a step.
   */
  TENSOR;

  private static final String PROPERTY = "guildhall.cuda.arithmetic";
  private static final String VARIABLE = "GUILDHALL_CUDA_ARITHMETIC";
  private static final int AMPERE = 80;

  /**
   * What was asked for.
   *
   * @param capability of the device, 90 for 9.0
   * @throws CudaException if there is no such arithmetic or the device cannot do it
   */
  static Arithmetic chosen(int capability) {
    String name = System.getProperty(PROPERTY, System.getenv(VARIABLE));
    if (name == null || name.isBlank()) {
      return FLOAT32;
    }
    Arithmetic chosen =
        Arrays.stream(values())
            .filter(a -> a.name().equals(name.toUpperCase(Locale.ROOT)))
            .findFirst()
            .orElseThrow(
                () ->
                    new CudaException(
                        0, "%s is %s; it can be float32 or tensor".formatted(VARIABLE, name)));
    if (chosen == TENSOR && capability < AMPERE) {
      throw new CudaException(
          0,
          "%s is tensor, which needs a device of compute capability 8.0 or newer; this one has %d.%d: use float32"
              .formatted(VARIABLE, capability / 10, capability % 10));
    }
    return chosen;
  }
}
