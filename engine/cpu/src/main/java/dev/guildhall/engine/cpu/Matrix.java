package dev.guildhall.engine.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A row-major matrix outside the heap, in the type it is stored in; little endian, any alignment.
 *
 * @param data exactly out × in elements
 * @param out rows
 * @param in columns
 */
record Matrix(MemorySegment data, Type type, int out, int in) {

  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  enum Type {
    F32(4),
    BF16(2);

    final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  Matrix {
    long expected = (long) out * in * type.bytes;
    if (data.byteSize() != expected) {
      throw new IllegalArgumentException(
          "matrix %d x %d %s needs %d bytes, got %d"
              .formatted(out, in, type, expected, data.byteSize()));
    }
  }

  long rowBytes() {
    return (long) in * type.bytes;
  }

  /** Rows {@code from} until {@code to}, not copied. */
  Matrix rows(int from, int to) {
    return new Matrix(
        data.asSlice(from * rowBytes(), (to - from) * rowBytes()), type, to - from, in);
  }

  /** Widens one row, exactly. */
  void row(int row, float[] into, int offset) {
    long at = row * rowBytes();
    if (type == Type.F32) {
      MemorySegment.copy(data, FLOAT, at, into, offset, in);
    } else {
      for (int i = 0; i < in; i++) {
        into[offset + i] = bf16(data.get(SHORT, at + 2L * i));
      }
    }
  }

  float at(int row, int column) {
    long at = row * rowBytes() + (long) column * type.bytes;
    return type == Type.F32 ? data.get(FLOAT, at) : bf16(data.get(SHORT, at));
  }

  private static float bf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
