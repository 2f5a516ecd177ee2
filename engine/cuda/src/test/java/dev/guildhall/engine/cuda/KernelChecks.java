package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.backend.Draw;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.Launches.Product;
import dev.guildhall.engine.cuda.Launches.Sorted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  KernelChecks(byte[] image) {
    kernels = new Kernels(device, image);
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
    float[] w = values(outs * depth);
    Matrix matrix = new Matrix(memory.upload(w, "w"), Matrix.Type.F32, outs, depth);
    linear(rows, 0, outs, matrix, w);
  }

  /** The same with e4m3 weights and their scales, from a row on that is not the matrix's first. */
  void linearScaled(int rows, int skipped, int outs, int depth) {
    float[] w = new float[(skipped + outs) * depth];
    Matrix matrix = e4m3(w, skipped + outs, depth);
    linear(rows, skipped, outs, matrix, Arrays.copyOfRange(w, skipped * depth, w.length));
  }

  /** Random e4m3 on the device, their values with scales applied in {@code values}. */
  private Matrix e4m3(float[] values, int outs, int depth) {
    int blocks = Math.ceilDiv(depth, 128);
    float[] scales = values(Math.ceilDiv(outs, 128) * blocks);
    byte[] bytes = new byte[outs * depth];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextInt(0x48) | random.nextInt(2) << 7);
      values[i] = Numbers.e4m3(bytes[i]) * scales[i / depth / 128 * blocks + i % depth / 128];
    }
    Buffer buffer = memory.allocate(bytes.length, "w");
    memory.put(buffer, bytes);
    return new Matrix(buffer, Matrix.Type.E4M3, memory.upload(scales, "scales"), outs, depth);
  }

  private void linear(int rows, int firstRow, int outs, Matrix matrix, float[] w) {
    int depth = matrix.in();
    float[] x = values(rows * depth);
    int pitch = outs + 3;
    Buffer y = poisoned(rows * pitch);
    long from = memory.upload(x, "x").address();
    launches.linear(
        new Product(from, depth, 0, matrix, firstRow, 0, y.address(), pitch, 0, outs, 1),
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

  /** Experts with e4m3 weights; one of them is not held, one has no rows. */
  void groupedScaled(int outs, int depth) {
    int[] counts = {3, 0, 37, 2};
    int[] starts = {0, 3, 3, 40, 42};
    int[] slots = {1, 0, 2, -1};
    float[] w = new float[3 * outs * depth];
    Matrix matrix = e4m3(w, 3 * outs, depth);
    int[] sources = random.ints(42, 0, 50).toArray();
    float[] x = values(50 * depth);
    Buffer y = poisoned(42 * outs);
    Buffer from = memory.upload(x, "x");
    Buffer rows = memory.upload(sources, "sources");
    Buffer count = memory.upload(counts, "counts");
    Buffer start = memory.upload(starts, "starts");
    Buffer slot = memory.upload(slots, "slots");
    kernels.launch(
        "grouped_linear_e4m3",
        Grid.of(Math.ceilDiv(outs, 64), 2, 4, 128),
        a ->
            a.pointer(from)
                .pointer(matrix.buffer())
                .pointer(matrix.scales())
                .pointer(y)
                .pointer(count)
                .pointer(start)
                .pointer(slot)
                .pointer(rows)
                .ints(4, outs, depth));
    float[] actual = memory.floats(y, 42 * outs);
    for (int g = 0; g < 4; g++) {
      for (int r = starts[g]; r < starts[g + 1]; r++) {
        for (int o = 0; o < outs; o++) {
          double value = actual[r * outs + o];
          if (slots[g] < 0) {
            assertThat(value).isNaN();
            continue;
          }
          double sum = 0;
          for (int k = 0; k < depth; k++) {
            sum += (double) x[sources[r] * depth + k] * w[(slots[g] * outs + o) * depth + k];
          }
          assertThat(value).as("[%d][%d]", r, o).isCloseTo(sum, within(10 * depth));
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

  /**
   * All ways of drawing from one row each, with equal logits among them; the Java form is the
   * oracle.
   */
  void draws(int vocabulary, double spread) {
    List<Draw> draws = new ArrayList<>(List.of(Draw.GREEDY));
    for (float topP : new float[] {1, 0.9f, 0.3f, 1e-6f}) {
      for (int topK : new int[] {0, 1, 7, vocabulary, 10 * vocabulary}) {
        for (float minP : new float[] {0, 0.2f, 1}) {
          float temperature = 0.3f + 2 * random.nextFloat();
          draws.add(new Draw(temperature, topP, topK, minP, random.nextDouble()));
        }
      }
    }
    draws.add(new Draw(1, 1, 0, 0, 0));
    draws.add(new Draw(1, 1, 0, 0, Math.nextDown(1.0)));
    int count = draws.size();
    float[] logits = new float[count * vocabulary];
    for (int i = 0; i < logits.length; i++) {
      // Of few values, so that many are equal.
      logits[i] = (float) (Math.round(random.nextGaussian() * 3) * spread / 3);
    }
    int[] rows = IntStream.range(0, count).map(i -> count - 1 - i).toArray();
    TokenDraws device = TokenDraws.allocate(memory, memory, kernels, vocabulary, count);
    int[] expected = new int[count];
    Arrays.setAll(
        expected, i -> draws.get(i).from(logits, (count - 1 - i) * vocabulary, vocabulary));
    assertThat(device.of(memory.upload(logits, "logits"), rows, draws)).isEqualTo(expected);
  }

  /** Logits that are not numbers are told, the first of them. */
  void brokenLogits() {
    float[] logits = values(5000);
    logits[4321] = Float.POSITIVE_INFINITY;
    logits[1234] = Float.NaN;
    TokenDraws device = TokenDraws.allocate(memory, memory, kernels, 5000, 1);
    assertThat(device.of(memory.upload(logits, "logits"), new int[1], List.of(Draw.GREEDY)))
        .containsExactly(-1 - 1234);
  }

  /** Rows in another order, one of them twice. */
  void gather(int rows, int width) {
    float[] x = values(rows * width);
    int[] order = IntStream.range(0, rows + 1).map(i -> (i * 7 + 2) % rows).toArray();
    Buffer from = memory.upload(x, "x");
    Buffer wanted = memory.upload(order, "order");
    Buffer to = poisoned(order.length * width);
    kernels.launch(
        "gather_rows",
        Grid.of(order.length, 256),
        a -> a.pointer(from).pointer(wanted).pointer(to).ints(width));
    float[] actual = memory.floats(to, order.length * width);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isEqualTo(x[order[i / width] * width + i % width]);
    }
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
