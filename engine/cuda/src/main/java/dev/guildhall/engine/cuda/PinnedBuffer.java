package dev.guildhall.engine.cuda;

import static dev.guildhall.engine.cuda.Driver.check;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import java.lang.foreign.MemorySegment;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** Host memory that the device copies from by itself; it is filled again once it was sent. */
final class PinnedBuffer implements AutoCloseable {
  private final Device device;
  private final Pointer pointer = new Pointer();
  private final CUevent sent = new CUevent();
  private final MemorySegment memory;

  PinnedBuffer(Device device, int bytes) {
    this.device = device;
    check(JCudaDriver.cuEventCreate(sent, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
    check(
        JCudaDriver.cuMemHostAlloc(pointer, bytes, 0),
        "cuMemHostAlloc of %,d bytes to upload through".formatted(bytes));
    memory = MemorySegment.ofBuffer(pointer.getByteBuffer(0, bytes));
  }

  /** Waits until what was sent last is there, then sends, in the order of the device's stream. */
  void send(Buffer to, long offset, MemorySegment values) {
    long bytes = values.byteSize();
    check(JCudaDriver.cuEventSynchronize(sent), "cuEventSynchronize before an upload");
    MemorySegment.copy(values, 0, memory, 0, bytes);
    check(
        JCudaDriver.cuMemcpyHtoDAsync(
            to.pointer().withByteOffset(offset), pointer, bytes, device.stream()),
        "cuMemcpyHtoDAsync of %,d bytes".formatted(bytes));
    check(JCudaDriver.cuEventRecord(sent, device.stream()), "cuEventRecord after an upload");
  }

  @Override
  public void close() {
    JCudaDriver.cuMemFreeHost(pointer);
    JCudaDriver.cuEventDestroy(sent);
  }
}
