package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;

/** Gives out buffers on a device. */
interface Allocator {
  /**
   * A buffer that begins at a multiple of 256 bytes.
   *
   * @param bytes at least 1
   * @param what named in errors
   */
  Buffer allocate(long bytes, String what);

  /** A buffer of four bytes for each of {@code count} floats or ints. */
  default Buffer floats(long count, String what) {
    return allocate(4 * count, what);
  }
}
