package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import java.util.function.Consumer;
import jcuda.driver.CUdeviceptr;

/** Buffers cut one after the other from one allocation whose size was found by a dry run. */
final class DeviceArena implements Allocator {
  private static final long ALIGNMENT = 256;

  private final String name;
  private final Buffer whole;
  private long used;

  DeviceArena(Allocator from, long bytes, String name) {
    this.name = name;
    this.whole = from.allocate(bytes, name);
  }

  /** Bytes that an arena needs for what {@code work} asks of it; the buffers are no memory. */
  static long measure(Consumer<Allocator> work) {
    long[] bytes = new long[1];
    work.accept(
        (size, what) -> {
          bytes[0] += aligned(size);
          return new Buffer(new CUdeviceptr(), 0, size);
        });
    return bytes[0];
  }

  @Override
  public Buffer allocate(long bytes, String what) {
    if (used + bytes > whole.bytes()) {
      throw new IllegalStateException(
          "%s: %,d bytes for %s do not fit behind %,d of %,d: what is measured is not what is used"
              .formatted(name, bytes, what, used, whole.bytes()));
    }
    Buffer buffer = whole.part(used, bytes);
    used += aligned(bytes);
    return buffer;
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
