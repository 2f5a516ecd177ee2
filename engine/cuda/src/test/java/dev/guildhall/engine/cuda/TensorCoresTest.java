package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.model.ModelConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole steps on the tensor cores beside the same steps in float32. */
class TensorCoresTest {
  private static final String PROPERTY = "guildhall.cuda.arithmetic";

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  @AfterEach
  void asBefore() {
    System.clearProperty(PROPERTY);
    StandIn.set("capability", 90);
  }

  private static float[] logits(Path folder, String arithmetic, int[] tokens) {
    System.setProperty(PROPERTY, arithmetic);
    BackendOptions options = new BackendOptions(256, 64, null);
    try (Backend backend = new CudaBackendProvider().open(folder, options)) {
      assertThat(backend.name().contains("tensor cores")).isEqualTo(arithmetic.equals("tensor"));
      int[] pages = IntStream.range(0, backend.cache().pages()).toArray();
      var slice = new StepInput.Slice(tokens, 0, pages, StepInput.Logits.ALL, false);
      var input = new StepInput(List.of(slice), null);
      return backend.step(input, backend.localExperts()).slices().getFirst().logits();
    }
  }

  /**
   * At the median position: where rounding makes the router choose another expert, a model of
   * random weights computes something else altogether.
   */
  @ParameterizedTest
  @CsvSource({
    "90, manifests/samples/models/small-v3, 4096, 0.02",
    "90, engine/goldens/moe-fp8-blocks, 320, 0.08",
    "89, manifests/samples/models/small-v3, 4096, 0.02",
    "80, engine/goldens/moe-fp8-blocks, 320, 0.08"
  })
  void stepsRoundAsTheirFormatsDoAndNoMore(
      int capability, String model, int vocabulary, double allowed) {
    StandIn.set("capability", capability);
    Path folder = StandIn.ROOT.resolve(model);
    int[] tokens = new Random(3).ints(40, 0, vocabulary).toArray();
    float[] exact = logits(folder, "float32", tokens);
    float[] tensor = logits(folder, "tensor", tokens);
    double[] differences =
        IntStream.range(0, tokens.length)
            .mapToDouble(
                t -> Numbers.difference(row(tensor, t, vocabulary), row(exact, t, vocabulary)))
            .sorted()
            .toArray();
    assertThat(differences[tokens.length / 2]).isBetween(1e-4, allowed);
  }

  private static float[] row(float[] values, int row, int width) {
    return Arrays.copyOfRange(values, row * width, (row + 1) * width);
  }

  /** One product: what rounding to eight or to four bits costs, and nothing else. */
  @ParameterizedTest
  @CsvSource({
    "90, BF16, 1, 0.004",
    "90, BF16, 130, 0.004",
    "90, E4M3, 1, 0.04",
    "90, E4M3, 130, 0.04",
    "80, BF16, 130, 0.004",
    "80, E4M3, 1, 0.04"
  })
  void aProductIsThatOfFloat32(int capability, Matrix.Type type, int rows, double allowed) {
    StandIn.set("capability", capability);
    Random random = new Random(rows);
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device);
        Kernels kernels = new Kernels(device, KernelImage.read())) {
      TensorCores tensor = TensorCores.allocate(device, memory, kernels, config(), rows);
      Matrix w = matrix(memory, random, type, 320, 192);
      Buffer x = memory.upload(gaussian(random, rows * 192), "x");
      Buffer y = memory.upload(gaussian(random, rows * 320), "y");
      Buffer exact = memory.upload(memory.floats(y, rows * 320), "expected");
      new Launches(kernels, tensor).linear(x, rows, w, y, true);
      assertThat(kernels.launched())
          .filteredOn(name -> name.startsWith("grouped_gemm"))
          .isNotEmpty()
          .allMatch(name -> name.startsWith("grouped_gemm_mma_") == capability < 90);
      new Launches(kernels).linear(x, rows, w, exact, true);
      float[] expected = memory.floats(exact, rows * 320);
      assertThat(Numbers.difference(memory.floats(y, rows * 320), expected))
          .isBetween(1e-6, allowed);
    }
  }

  /** Norm and gated activation that round on their way out: the bits of doing it one by one. */
  @ParameterizedTest
  @CsvSource({"BF16, 1", "BF16, 37", "E4M3, 1", "E4M3, 37"})
  void fusedRoundingChangesNoBit(Matrix.Type type, int rows) {
    Random random = new Random(rows);
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device);
        Kernels kernels = new Kernels(device, KernelImage.read())) {
      Launches launches =
          new Launches(kernels, TensorCores.allocate(device, memory, kernels, config(), rows));
      Buffer x = memory.upload(gaussian(random, rows * 192), "x");
      Buffer weight = memory.upload(gaussian(random, 192), "norm");
      Matrix w = matrix(memory, random, type, 320, 192);
      Matrix other = matrix(memory, random, type, 64, 192);
      Buffer normed = memory.floats(rows * 192, "normed");
      Buffer y = memory.floats(rows * 320, "y");
      Buffer second = memory.floats(rows * 64, "second");
      launches.normLinear(
          x,
          rows,
          weight,
          1e-6f,
          normed,
          List.of(new Launches.NormedProduct(w, y), new Launches.NormedProduct(other, second)));
      Buffer expected = memory.floats(rows * 320, "expected");
      launches.norm(x, rows, 192, weight, 1e-6f, normed);
      launches.linear(normed, rows, w, expected, false);
      assertThat(memory.floats(y, rows * 320)).isEqualTo(memory.floats(expected, rows * 320));
      launches.linear(normed, rows, other, expected, false);
      assertThat(memory.floats(second, rows * 64)).isEqualTo(memory.floats(expected, rows * 64));

      FeedForward f =
          new FeedForward(
              matrix(memory, random, type, 2 * 256, 192), matrix(memory, random, type, 192, 256));
      Buffer both = memory.floats(rows * 512, "both");
      Buffer inner = memory.floats(rows * 256, "inner");
      Buffer out = memory.upload(gaussian(random, rows * 192), "out");
      Buffer plain = memory.upload(memory.floats(out, rows * 192), "plain");
      launches.feedForward(x, rows, f, both, inner, out, true);
      launches.linear(x, rows, f.gateUp(), both, false);
      launches.swiglu(both, rows, 256, 0, inner);
      launches.linear(inner, rows, f.down(), plain, true);
      assertThat(memory.floats(out, rows * 192)).isEqualTo(memory.floats(plain, rows * 192));
    }
  }

  /** Five experts, of which the rank holds three; one of these has no row. */
  @ParameterizedTest
  @CsvSource({"90, BF16, 0.006", "90, E4M3, 0.06", "80, BF16, 0.006", "80, E4M3, 0.06"})
  void heldExpertsAreThoseOfFloat32(int capability, Matrix.Type type, double allowed) {
    StandIn.set("capability", capability);
    Random random = new Random(1);
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device);
        Kernels kernels = new Kernels(device, KernelImage.read())) {
      int[] slots = {2, -1, 0, 1, -1};
      RoutedExperts experts =
          new RoutedExperts(
              matrix(memory, random, type, 3 * 256, 192),
              matrix(memory, random, type, 3 * 256, 128),
              memory.upload(slots, "slots"),
              slots);
      int rows = 60;
      Launches.Sorted sorted = Launches.Sorted.allocate(memory, 5, rows, 128);
      memory.put(sorted.counts(), new int[] {20, 0, 0, 38, 0});
      memory.put(sorted.starts(), new int[] {0, 20, 20, 20, 58, 58});
      memory.put(sorted.sources(), random.ints(rows, 0, 40).toArray());
      Buffer x = memory.upload(gaussian(random, 40 * 192), "x");
      TensorCores tensor = TensorCores.allocate(device, memory, kernels, config(), rows);
      float[] expected = experts(memory, new Launches(kernels), experts, x, sorted);
      float[] actual = experts(memory, new Launches(kernels, tensor), experts, x, sorted);
      assertThat(Numbers.difference(actual, expected)).isBetween(1e-6, allowed);
    }
  }

  private static float[] experts(
      DeviceMemory memory, Launches launches, RoutedExperts e, Buffer x, Launches.Sorted sorted) {
    Buffer y = memory.floats(60 * 256, "y");
    launches.experts(e, x, sorted, 60, 38, y);
    return memory.floats(y, 58 * 256);
  }

  private static float[] gaussian(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Matrix matrix(
      DeviceMemory memory, Random random, Matrix.Type type, int out, int in) {
    byte[] bytes = new byte[out * in * type.bytes];
    if (type == Matrix.Type.BF16) {
      short[] values = new short[out * in];
      for (int i = 0; i < values.length; i++) {
        values[i] = Numbers.bf16((float) random.nextGaussian());
      }
      bytes = Numbers.bytes(values);
    } else {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (random.nextInt(0x48) | random.nextInt(2) << 7);
      }
    }
    Buffer buffer = memory.allocate(bytes.length, "w");
    memory.put(buffer, bytes);
    int scales = Math.ceilDiv(out, 128) * Math.ceilDiv(in, 128);
    Buffer scale =
        type == Matrix.Type.E4M3 ? memory.upload(gaussian(random, scales), "scales") : null;
    return new Matrix(buffer, type, scale, out, in);
  }

  private static ModelConfig config() {
    return ModelConfig.read(StandIn.ROOT.resolve("engine/goldens/moe-fp8-blocks"));
  }

  @Test
  @Tag("standin")
  void anOlderDeviceIsRefusedByName() {
    StandIn.set("capability", 75);
    assertThatThrownBy(() -> logits(golden(), "tensor", new int[] {1}))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("GUILDHALL_CUDA_ARITHMETIC is tensor")
        .hasMessageContaining("this one has 7.5");
  }

  @Test
  void anUnknownArithmeticIsRefusedByName() {
    assertThatThrownBy(() -> logits(golden(), "fast", new int[] {1}))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("GUILDHALL_CUDA_ARITHMETIC is fast; it can be float32 or tensor");
  }

  private static Path golden() {
    return StandIn.ROOT.resolve("engine/goldens/moe-basic");
  }
}
