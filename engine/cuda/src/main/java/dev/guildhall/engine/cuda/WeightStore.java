package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Matrix.Type;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** Where a model's weights go. */
interface WeightStore extends Allocator {

  /**
   * Writes values.
   *
   * @param values asked for only if they are written
   */
  void put(Buffer to, long offset, Supplier<MemorySegment> values);

  /**
   * Copies a tensor that is on the device already.
   *
   * @return false if it is not, and has to be put
   */
  default boolean copied(String tensor, Type type, Buffer to, long offset, long bytes) {
    return false;
  }

  /** Notes that a tensor was written, so that it is seen to hold numbers only. */
  void written(String tensor, Type type, long address, long count);
}
