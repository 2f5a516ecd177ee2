package dev.guildhall.engine.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Locale;

/** Element types of safetensors files that models here use. Values are little-endian. */
public enum DType {
  /** IEEE binary64. */
  F64(8),
  /** IEEE binary32. */
  F32(4),
  /** IEEE binary16. */
  F16(2),
  /** The upper half of binary32. */
  BF16(2),
  /** 1-4-3 bits, bias 7, no infinities; the largest value is 448. */
  F8_E4M3(1),
  /** Signed 64-bit integer. */
  I64(8),
  /** Signed 32-bit integer. */
  I32(4),
  /** Unsigned byte. */
  U8(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final float[] E4M3 = e4m3Table();

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is a floating-point type. */
  public boolean isFloat() {
    return switch (this) {
      case F64, F32, F16, BF16, F8_E4M3 -> true;
      default -> false;
    };
  }

  /** The value of an e4m3 byte, without any block scale. */
  public static float e4m3(byte bits) {
    return E4M3[bits & 0xff];
  }

  /** The value of a bfloat16. */
  public static float bf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /**
   * Converts {@code count} elements, starting at element {@code from} of {@code data}, to float.
   * Integers and F64 are rounded to the nearest float.
   */
  void toFloats(MemorySegment data, long from, float[] out, int at, int count) {
    long offset = from * bytes;
    switch (this) {
      case F32 -> MemorySegment.copy(data, FLOAT, offset, out, at, count);
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = bf16(data.get(SHORT, offset + 2L * i));
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = Float.float16ToFloat(data.get(SHORT, offset + 2L * i));
        }
      }
      case F8_E4M3 -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = e4m3(data.get(ValueLayout.JAVA_BYTE, offset + i));
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = (float) toDouble(data, from + i);
        }
      }
    }
  }

  /** One element as a double; exact for every type but I64 beyond 2^53. */
  double toDouble(MemorySegment data, long index) {
    return switch (this) {
      case F64 -> data.get(DOUBLE, index * 8);
      case F32 -> data.get(FLOAT, index * 4);
      case F16 -> Float.float16ToFloat(data.get(SHORT, index * 2));
      case BF16 -> bf16(data.get(SHORT, index * 2));
      case F8_E4M3 -> e4m3(data.get(ValueLayout.JAVA_BYTE, index));
      case I64 -> data.get(LONG, index * 8);
      case I32 -> data.get(INT, index * 4);
      case U8, BOOL -> data.get(ValueLayout.JAVA_BYTE, index) & 0xff;
    };
  }

  /** One element of an integer type. */
  long toLong(MemorySegment data, long index) {
    return switch (this) {
      case I64 -> data.get(LONG, index * 8);
      case I32 -> data.get(INT, index * 4);
      case U8, BOOL -> data.get(ValueLayout.JAVA_BYTE, index) & 0xff;
      default ->
          throw new IllegalStateException(name().toLowerCase(Locale.ROOT) + " holds no integers");
    };
  }

  private static float[] e4m3Table() {
    float[] table = new float[256];
    for (int bits = 0; bits < 256; bits++) {
      int exponent = bits >> 3 & 15;
      int fraction = bits & 7;
      double size =
          exponent == 0
              ? Math.scalb(fraction / 8.0, -6)
              : Math.scalb(1 + fraction / 8.0, exponent - 7);
      float value = (float) (exponent == 15 && fraction == 7 ? Double.NaN : size);
      table[bits] = bits < 128 ? value : -value;
    }
    return table;
  }
}
