package dev.guildhall.engine.cuda;

import static dev.guildhall.engine.cuda.Driver.check;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * A stream of its own for copies, beside which steps go on. What comes from the host goes through
 * two pinned buffers: while one is on its way the other is filled. For one thread at a time.
 */
final class CopyStream implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 << 20;

  private final CUstream stream = new CUstream();
  private final List<Pinned> pinned;
  private int turn;

  CopyStream() {
    check(
        JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING),
        "cuStreamCreate");
    pinned = List.of(new Pinned(), new Pinned());
  }

  /** Takes the values before it returns. */
  void upload(Buffer to, long offset, MemorySegment values) {
    for (long at = 0; at < values.byteSize(); at += BUFFER_BYTES) {
      long size = Math.min(BUFFER_BYTES, values.byteSize() - at);
      pinned.get(turn++ % 2).send(to, offset + at, values.asSlice(at, size));
    }
  }

  /** From one place on the device to another. */
  void copy(CUdeviceptr from, Buffer to, long offset, long bytes) {
    check(
        JCudaDriver.cuMemcpyDtoDAsync(to.pointer().withByteOffset(offset), from, bytes, stream),
        "cuMemcpyDtoDAsync of %,d bytes".formatted(bytes));
  }

  /** Waits until all is there. */
  void synchronize() {
    check(JCudaDriver.cuStreamSynchronize(stream), "cuStreamSynchronize of copies");
  }

  @Override
  public void close() {
    pinned.forEach(Pinned::close);
    JCudaDriver.cuStreamDestroy(stream);
  }

  private final class Pinned {
    private final Pointer pointer = new Pointer();
    private final CUevent sent = new CUevent();
    private final MemorySegment memory;

    Pinned() {
      Driver.check(
          JCudaDriver.cuEventCreate(sent, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
      Driver.check(
          JCudaDriver.cuMemHostAlloc(pointer, BUFFER_BYTES, 0),
          "cuMemHostAlloc of %,d bytes to upload through".formatted(BUFFER_BYTES));
      memory = MemorySegment.ofBuffer(pointer.getByteBuffer(0, BUFFER_BYTES));
    }

    void send(Buffer to, long offset, MemorySegment values) {
      long bytes = values.byteSize();
      Driver.check(JCudaDriver.cuEventSynchronize(sent), "cuEventSynchronize before an upload");
      MemorySegment.copy(values, 0, memory, 0, bytes);
      Driver.check(
          JCudaDriver.cuMemcpyHtoDAsync(
              to.pointer().withByteOffset(offset), pointer, bytes, stream),
          "cuMemcpyHtoDAsync of %,d bytes".formatted(bytes));
      Driver.check(JCudaDriver.cuEventRecord(sent, stream), "cuEventRecord after an upload");
    }

    void close() {
      JCudaDriver.cuMemFreeHost(pointer);
      JCudaDriver.cuEventDestroy(sent);
    }
  }
}
