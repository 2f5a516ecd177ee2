package dev.guildhall.engine.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Packs a kernel's struct as C lays it out, field by field in their order. */
final class Arguments {
  private static final int ROOM = 1024;
  private final MemorySegment segment;
  private final StringBuilder text = new StringBuilder();
  private int size;
  private int alignment = 1;

  Arguments(MemorySegment segment) {
    this.segment = segment;
    if (segment.byteSize() < ROOM) {
      throw new IllegalArgumentException("arguments need room for " + ROOM + " bytes");
    }
  }

  private int place(int bytes, int aligned) {
    int at = (size + aligned - 1) / aligned * aligned;
    segment.asSlice(size, at - size).fill((byte) 0);
    size = at + bytes;
    alignment = Math.max(alignment, aligned);
    return at;
  }

  /** An address on the device; 0 is a null pointer. */
  Arguments pointer(long address) {
    segment.set(ValueLayout.JAVA_LONG, place(8, 8), address);
    return this;
  }

  Arguments pointer(DeviceMemory.Buffer buffer) {
    return pointer(buffer == null ? 0 : buffer.address());
  }

  /** Fields of type {@code long long}. */
  Arguments longs(long... values) {
    for (long value : values) {
      segment.set(ValueLayout.JAVA_LONG, place(8, 8), value);
      text.append(' ').append(value);
    }
    return this;
  }

  /** Fields of type {@code int}. */
  Arguments ints(int... values) {
    for (int value : values) {
      segment.set(ValueLayout.JAVA_INT, place(4, 4), value);
      text.append(' ').append(value);
    }
    return this;
  }

  Arguments number(float value) {
    segment.set(ValueLayout.JAVA_FLOAT, place(4, 4), value);
    return this;
  }

  /** A tensor map; null: 128 bytes that the kernel does not look at. */
  Arguments map(byte[] map) {
    MemorySegment to = segment.asSlice(place(TensorMaps.BYTES, 64), TensorMaps.BYTES);
    if (map == null) {
      to.fill((byte) 0);
    } else {
      to.copyFrom(MemorySegment.ofArray(map));
    }
    return this;
  }

  /** Ends an inner struct: the next field lies at a multiple of its alignment. */
  Arguments align(int bytes) {
    place(0, bytes);
    return this;
  }

  /** Bytes of the struct, its tail padding included. */
  int size() {
    return (size + alignment - 1) / alignment * alignment;
  }

  /** The numbers among the fields, for errors. */
  @Override
  public String toString() {
    return text.toString().strip();
  }
}
