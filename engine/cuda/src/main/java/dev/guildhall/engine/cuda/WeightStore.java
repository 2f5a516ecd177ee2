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

  /** Sees to it that a tensor that was written holds numbers only. */
  void check(String tensor, Type type, long address, long count);
}
