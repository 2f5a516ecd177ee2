package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.Launches.Product;
import dev.guildhall.engine.cuda.Launches.Sorted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Kernels of an image against plain double arithmetic, at awkward sizes, on fresh random data;
 * outputs are NaN before.
 */
final class KernelChecks implements AutoCloseable {
  private final Random random = new Random(11);
  private final Device device = new Device();
  private final DeviceMemory memory = new DeviceMemory(device);
  private final Kernels kernels;
  private final Launches launches;

  KernelChecks(Path image) throws IOException {
    kernels = new Kernels(device, Files.readAllBytes(image));
    launches = new Launches(kernels);
  }

  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private Buffer poisoned(int count) {
    float[] nan = new float[count];
    Arrays.fill(nan, Float.NaN);
    return memory.upload(nan, "output");
  }

  private static void close(float[] actual, double[] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      double allowed = tolerance * (1 + Math.abs(expected[i]));
      assertThat(Math.abs(actual[i] - expected[i])).as("value %d", i).isLessThanOrEqualTo(allowed);
    }
  }

  /** A product whose output has columns beyond the matrix's that must stay as they were. */
  void linear(int rows, int outs, int depth) {
    float[] x = values(rows * depth);
    float[] w = values(outs * depth);
    int pitch = outs + 3;
    Buffer y = poisoned(rows * pitch);
    Matrix matrix = new Matrix(memory.upload(w, "w"), Matrix.Type.F32, outs, depth);
    long from = memory.upload(x, "x").address();
    launches.linear(
        new Product(from, depth, 0, matrix, matrix.at(0), 0, y.address(), pitch, 0, outs, 1),
        rows,
        depth,
        false);
    float[] actual = memory.floats(y, rows * pitch);
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < pitch; o++) {
        float value = actual[r * pitch + o];
        if (o >= outs) {
          assertThat(value).isNaN();
        } else {
          double sum = 0;
          for (int k = 0; k < depth; k++) {
            sum += (double) x[r * depth + k] * w[o * depth + k];
          }
          assertThat((double) value).as("[%d][%d]", r, o).isCloseTo(sum, within(depth));
        }
      }
    }
  }

  private static org.assertj.core.data.Offset<Double> within(int depth) {
    return org.assertj.core.data.Offset.offset(1e-6 * (1 + depth));
  }

  void norm(int rows, int width) {
    float[] x = values(rows * width);
    float[] w = values(width);
    Buffer y = poisoned(rows * width);
    launches.norm(memory.upload(x, "x"), rows, width, memory.upload(w, "w"), 1e-6f, y);
    double[] expected = new double[rows * width];
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += (double) x[r * width + i] * x[r * width + i];
      }
      for (int i = 0; i < width; i++) {
        expected[r * width + i] = x[r * width + i] / Math.sqrt(sum / width + 1e-6) * w[i];
      }
    }
    close(memory.floats(y, rows * width), expected, 2e-6);
  }

  void argmax(int rows, int vocabulary) {
    float[] logits = values(rows * vocabulary);
    int[] expected = new int[rows];
    for (int r = 0; r < rows; r++) {
      expected[r] = random.nextInt(vocabulary);
      logits[r * vocabulary + expected[r]] = 100;
      if (expected[r] + 1 < vocabulary) {
        logits[r * vocabulary + vocabulary - 1] = 100;
      }
    }
    Buffer tokens = poisoned(rows);
    Buffer from = memory.upload(logits, "logits");
    kernels.launch(
        "argmax", Grid.of(rows, 256), a -> a.pointer(from).pointer(tokens).ints(vocabulary));
    assertThat(memory.ints(tokens, rows)).isEqualTo(expected);
  }

  /** Choices are sorted by expert; a choice of -1 is none. */
  void sort(int rows, int chosen, int experts) {
    int[] choices = new int[rows * chosen];
    Arrays.setAll(choices, i -> random.nextInt(experts + 1) - 1);
    Sorted sorted = Sorted.allocate(memory, experts, choices.length, 1);
    Buffer slots = poisoned(choices.length);
    Buffer from = memory.upload(choices, "choices");
    for (String kernel : new String[] {"count_choices", "place_choices"}) {
      kernels.launch(
          kernel,
          Grid.of(experts, 32),
          a ->
              a.pointer(from)
                  .pointer(sorted.counts())
                  .pointer(sorted.starts())
                  .pointer(sorted.sources())
                  .pointer(slots)
                  .pointer(0)
                  .ints(choices.length, chosen, experts));
    }
    int[] order =
        IntStream.range(0, experts)
            .flatMap(e -> IntStream.range(0, choices.length).filter(i -> choices[i] == e))
            .toArray();
    int[] expected = new int[choices.length];
    Arrays.fill(expected, -1);
    for (int i = 0; i < order.length; i++) {
      expected[order[i]] = i;
    }
    assertThat(memory.ints(slots, choices.length)).isEqualTo(expected);
    assertThat(memory.ints(sorted.sources(), order.length))
        .isEqualTo(Arrays.stream(order).map(i -> i / chosen).toArray());
  }

  @Override
  public void close() {
    device.enter();
    memory.close();
    kernels.close();
    device.close();
  }
}
