package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Matrix.Type;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** Counts what loading would write, without a device and without reading a value. */
final class WeightMeasure implements WeightStore {
  private final Allocator counted;

  /**
   * @param counted from {@link DeviceArena#measure}
   */
  WeightMeasure(Allocator counted) {
    this.counted = counted;
  }

  @Override
  public Buffer allocate(long bytes, String what) {
    return counted.allocate(bytes, what);
  }

  @Override
  public void put(Buffer to, long offset, Supplier<MemorySegment> values) {
    // Only sizes matter.
  }

  @Override
  public void written(String tensor, Type type, long address, long count) {
    // Only sizes matter.
  }
}
