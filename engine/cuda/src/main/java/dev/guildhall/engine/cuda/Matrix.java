package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.model.DType;

/**
 * A row-major matrix on the device, or a stack of equal ones.
 *
 * @param buffer where it lies
 * @param scales of e4m3, floats, one for each 128 × 128 values, row-major; otherwise null
 * @param out rows
 * @param in columns
 */
record Matrix(Buffer buffer, Type type, Buffer scales, int out, int in) {
  /** Rows and columns of e4m3 that share a scale. */
  static final int SCALE_BLOCK = 128;

  Matrix(Buffer buffer, Type type, int out, int in) {
    this(buffer, type, null, out, in);
  }

  /** Element types that kernels read; the suffix names their form of a kernel. */
  enum Type {
    F32(DType.F32, "_f32"),
    BF16(DType.BF16, "_bf16"),
    E4M3(DType.F8_E4M3, "_e4m3");

    final DType stored;
    final int bytes;
    final String suffix;

    Type(DType stored, String suffix) {
      this.stored = stored;
      this.bytes = stored.bytes();
      this.suffix = suffix;
    }
  }
}
