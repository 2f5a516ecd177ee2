package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Matrix.Type;
import dev.guildhall.engine.model.DType;
import dev.guildhall.engine.model.Quantization;
import dev.guildhall.engine.model.Tensor;
import dev.guildhall.engine.model.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Uploads tensors. F32, BF16 and FP8 with scales for blocks of 128 × 128 stay as stored; everything
 * else (F16, other blocks), and stacks of unlike types or whose blocks do not meet, are widened to
 * F32, exactly.
 */
final class Loader {
  private static final long SLICE_BYTES = 64 << 20;
  private final Weights weights;
  private final WeightStore store;

  Loader(Weights weights, WeightStore store) {
    this.weights = weights;
    this.store = store;
  }

  Buffer vector(String name) {
    return floats(name, weights.tensor(name).size(), () -> weights.floats(name));
  }

  private Buffer floats(String name, long count, Supplier<float[]> values) {
    Buffer buffer = store.floats(count, name);
    store.put(buffer, 0, () -> MemorySegment.ofArray(values.get()));
    store.written(name, Type.F32, buffer.address(), count);
    return buffer;
  }

  /** Numbers that are not of the model's files. */
  Buffer ints(int[] values, String what) {
    Buffer buffer = store.floats(values.length, what);
    store.put(buffer, 0, () -> MemorySegment.ofArray(values));
    return buffer;
  }

  Matrix matrix(String name) {
    return stack(name);
  }

  /** F32 or BF16. */
  Matrix table(String name) {
    Type type = type(name);
    return stack(type == Type.E4M3 ? Type.F32 : type, name);
  }

  /** Matrices of the same width, one below the other. */
  Matrix stack(String... names) {
    return stack(type(names), names);
  }

  private Matrix stack(Type type, String... names) {
    int in = weights.tensor(names[0]).dim(1);
    long out = Arrays.stream(names).mapToLong(n -> weights.tensor(n).dim(0)).sum();
    String what = names.length == 1 ? names[0] : names[0] + " and " + (names.length - 1) + " more";
    Buffer buffer = store.allocate(out * in * type.bytes, what);
    long at = 0;
    for (String name : names) {
      long count = weights.tensor(name).size();
      if (!store.copied(name, type, buffer, at, count * type.bytes)) {
        write(buffer, at, name, type);
        store.written(name, type, buffer.address() + at, count);
      }
      at += count * type.bytes;
    }
    Buffer scales = type == Type.E4M3 ? uploadScales(what, names) : null;
    return new Matrix(buffer, type, scales, Math.toIntExact(out), in);
  }

  private Type type(String... names) {
    return type(weights, names);
  }

  /** What a stack of tensors becomes on the device. */
  static Type type(Weights weights, String... names) {
    if (all(weights, DType.BF16, names)) {
      return Type.BF16;
    }
    return all(weights, DType.F8_E4M3, names) && blocksMeet(weights, names) ? Type.E4M3 : Type.F32;
  }

  private static boolean all(Weights weights, DType type, String... names) {
    return Arrays.stream(names).allMatch(n -> weights.tensor(n).dtype() == type);
  }

  /** Whether the scales of each matrix continue those of the one above it. */
  private static boolean blocksMeet(Weights weights, String... names) {
    Quantization blocks = weights.config().quantization().orElse(Quantization.DEFAULT);
    return blocks.blockRows() == Matrix.SCALE_BLOCK
        && blocks.blockColumns() == Matrix.SCALE_BLOCK
        && Arrays.stream(names, 0, names.length - 1)
            .allMatch(n -> weights.tensor(n).dim(0) % Matrix.SCALE_BLOCK == 0);
  }

  private Buffer uploadScales(String what, String... names) {
    long count =
        Arrays.stream(names)
            .map(weights::tensor)
            .mapToLong(t -> (long) blocks(t.dim(0)) * blocks(t.dim(1)))
            .sum();
    return floats("scales of " + what, count, () -> scales(names));
  }

  private static int blocks(int size) {
    return Math.ceilDiv(size, Matrix.SCALE_BLOCK);
  }

  private float[] scales(String... names) {
    float[][] parts =
        Arrays.stream(names).map(n -> weights.scales(n).orElseThrow()).toArray(float[][]::new);
    float[] all = new float[Arrays.stream(parts).mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private void write(Buffer buffer, long at, String name, Type type) {
    Tensor tensor = weights.tensor(name);
    long bytes = tensor.size() * type.bytes;
    if (tensor.dtype() == type.stored) {
      store.put(buffer, at, () -> tensor.data().asSlice(0, bytes));
    } else {
      int in = tensor.dim(1);
      int step = Math.clamp(SLICE_BYTES / (4L * in), 1, tensor.dim(0));
      float[] rows = new float[step * in];
      for (int row = 0; row < tensor.dim(0); row += step) {
        int first = row;
        int count = Math.min(step, tensor.dim(0) - row);
        store.put(
            buffer,
            at + 4L * row * in,
            () -> {
              weights.rows(name, first, count, rows, 0);
              return MemorySegment.ofArray(rows).asSlice(0, 4L * count * in);
            });
      }
    }
  }

  /**
   * Rows computed on the host from a tensor.
   *
   * @param type F32 or BF16; to BF16 values are rounded to the nearest, ties to even
   * @param row writes a row's values into its second argument
   */
  Matrix computed(String what, Type type, int rows, int columns, RowWriter row) {
    Buffer buffer = store.allocate((long) rows * columns * type.bytes, what);
    store.put(buffer, 0, () -> rows(type, rows, columns, row));
    store.written(what, type, buffer.address(), (long) rows * columns);
    return new Matrix(buffer, type, rows, columns);
  }

  /** Writes rows of a matrix. */
  interface RowWriter {
    void write(int row, float[] values);
  }

  float[] values(String name) {
    return weights.floats(name);
  }

  private static MemorySegment rows(Type type, int rows, int columns, RowWriter row) {
    MemorySegment out =
        MemorySegment.ofArray(new byte[Math.multiplyExact(rows, columns * type.bytes)]);
    float[] values = new float[columns];
    for (int r = 0; r < rows; r++) {
      row.write(r, values);
      long at = (long) r * columns;
      for (int c = 0; c < columns; c++) {
        if (type == Type.F32) {
          out.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * (at + c), values[c]);
        } else {
          out.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * (at + c), bf16(values[c]));
        }
      }
    }
    return out;
  }

  private static short bf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.isNaN(value) ? (short) 0x7fff : (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
