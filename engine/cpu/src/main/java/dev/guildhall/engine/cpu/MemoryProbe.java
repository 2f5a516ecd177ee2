package dev.guildhall.engine.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalDouble;

/** What one thread can read from memory, far beyond the caches: what bounds decoding. */
final class MemoryProbe {
  private static final long BYTES = 256L << 20;
  private long sum;

  /** In 10^9 bytes per second; empty without the C kernels. */
  OptionalDouble gigabytesPerSecond() {
    if (NativeLibrary.READ_PROBE == null) {
      return OptionalDouble.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(BYTES, 64).fill((byte) 1);
      long start = System.nanoTime();
      sum += (long) NativeLibrary.READ_PROBE.invokeExact(data, BYTES / Long.BYTES);
      return OptionalDouble.of((double) BYTES / (System.nanoTime() - start));
    } catch (Throwable e) {
      throw new IllegalStateException("the memory probe could not be called", e);
    }
  }

  /** Keeps the reads from being dropped. */
  long sum() {
    return sum;
  }
}
