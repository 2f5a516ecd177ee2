package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;

/**
 * A row-major matrix on the device, or a stack of equal ones.
 *
 * @param buffer where it lies
 * @param out rows
 * @param in columns
 */
record Matrix(Buffer buffer, Type type, int out, int in) {

  /** Element types that kernels read; the suffix names their form of a kernel. */
  enum Type {
    F32(4, "_f32"),
    BF16(2, "_bf16");

    final int bytes;
    final String suffix;

    Type(int bytes, String suffix) {
      this.bytes = bytes;
      this.suffix = suffix;
    }
  }

  /** Address of an element. */
  long at(long element) {
    return buffer.address() + type.bytes * element;
  }
}
