package dev.guildhall.engine.cuda;

import static dev.guildhall.engine.cuda.Driver.check;

import java.util.HashMap;
import java.util.Map;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/**
 * Memory of a device: plain allocations, one per buffer, all given back when this is closed.
 * Buffers are made when a model is opened or experts move, never during a step. For one thread at a
 * time.
 */
final class DeviceMemory implements Allocator, AutoCloseable {
  private final Device device;
  private final Map<Long, Buffer> bases = new HashMap<>();
  private long bytes;

  private static final class Base extends CUdeviceptr {
    long address() {
      return getNativePointer();
    }
  }

  /**
   * A buffer on the device.
   *
   * @param pointer where it begins, for copies
   * @param address the same, for kernels
   * @param bytes its size
   */
  record Buffer(CUdeviceptr pointer, long address, long bytes) {
    /** Address of element {@code index} of floats or ints. */
    long at(long index) {
      return address + 4 * index;
    }

    /** Some of its bytes; not to be freed. */
    Buffer part(long from, long size) {
      return new Buffer(pointer.withByteOffset(from), address + from, size);
    }
  }

  DeviceMemory(Device device) {
    this.device = device;
  }

  @Override
  public Buffer allocate(long size, String what) {
    Base base = new Base();
    int error = JCudaDriver.cuMemAlloc(base, size);
    check(
        error,
        "cuMemAlloc of %,d bytes for %s on %s (%,d bytes are taken by this model, %,d are free)"
            .formatted(size, what, device.name(), bytes, error == 0 ? 0 : device.freeMemory()));
    Buffer buffer = new Buffer(base, base.address(), size);
    bases.put(buffer.address(), buffer);
    bytes += size;
    return buffer;
  }

  /** Gives one buffer back; all work must be done with it. */
  void free(Buffer buffer) {
    if (bases.remove(buffer.address(), buffer)) {
      bytes -= buffer.bytes();
      JCudaDriver.cuMemFree(buffer.pointer());
    }
  }

  Buffer upload(float[] values, String what) {
    Buffer buffer = floats(values.length, what);
    put(buffer, values);
    return buffer;
  }

  Buffer upload(int[] values, String what) {
    Buffer buffer = floats(values.length, what);
    put(buffer, values);
    return buffer;
  }

  void put(Buffer to, byte[] values) {
    copyIn(to, Pointer.to(values), values.length);
  }

  void put(Buffer to, float[] values) {
    copyIn(to, Pointer.to(values), 4L * values.length);
  }

  void put(Buffer to, int[] values) {
    copyIn(to, Pointer.to(values), 4L * values.length);
  }

  /** In the order of the stream; the values are taken before this returns. */
  private void copyIn(Buffer to, Pointer from, long size) {
    check(
        JCudaDriver.cuMemcpyHtoDAsync(to.pointer(), from, size, device.stream()),
        "cuMemcpyHtoDAsync of %,d bytes".formatted(size));
  }

  /** Fills, in the order of the stream. */
  void fill(Buffer buffer, byte value) {
    check(
        JCudaDriver.cuMemsetD8Async(buffer.pointer(), value, buffer.bytes(), device.stream()),
        "cuMemsetD8Async of %,d bytes".formatted(buffer.bytes()));
  }

  /** Waits for the stream, then reads from the buffer's beginning. */
  float[] floats(Buffer from, int count) {
    float[] values = new float[count];
    copyOut(Pointer.to(values), from, 4L * count);
    return values;
  }

  /** As {@link #floats(Buffer, int)}. */
  byte[] bytes(Buffer from, int count) {
    byte[] values = new byte[count];
    copyOut(Pointer.to(values), from, count);
    return values;
  }

  /** As {@link #floats(Buffer, int)}. */
  int[] ints(Buffer from, int count) {
    int[] values = new int[count];
    copyOut(Pointer.to(values), from, 4L * count);
    return values;
  }

  /** As {@link #floats(Buffer, int)}. */
  short[] shorts(Buffer from, int count) {
    short[] values = new short[count];
    copyOut(Pointer.to(values), from, 2L * count);
    return values;
  }

  /** As {@link #floats(Buffer, int)}. */
  long[] longs(Buffer from, int count) {
    long[] values = new long[count];
    copyOut(Pointer.to(values), from, 8L * count);
    return values;
  }

  private void copyOut(Pointer to, Buffer from, long size) {
    if (size == 0) {
      return;
    }
    check(
        JCudaDriver.cuMemcpyDtoHAsync(to, from.pointer(), size, device.stream()),
        "cuMemcpyDtoHAsync of %,d bytes".formatted(size));
    device.synchronize();
  }

  @Override
  public void close() {
    bases.values().forEach(b -> JCudaDriver.cuMemFree(b.pointer()));
    bases.clear();
  }
}
