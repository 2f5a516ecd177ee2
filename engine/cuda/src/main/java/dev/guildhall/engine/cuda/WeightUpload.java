package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Matrix.Type;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes weights through two pinned buffers: while one is on its way to the device the other is
 * filled from the files.
 */
final class WeightUpload implements WeightStore, AutoCloseable {
  private static final int BUFFER_BYTES = 16 << 20;

  private final Allocator memory;
  private final WeightCheck finite;
  private final List<PinnedBuffer> pinned;
  private int turn;

  WeightUpload(Device device, Allocator memory, WeightCheck finite) {
    this.memory = memory;
    this.finite = finite;
    this.pinned =
        List.of(new PinnedBuffer(device, BUFFER_BYTES), new PinnedBuffer(device, BUFFER_BYTES));
  }

  @Override
  public Buffer allocate(long bytes, String what) {
    return memory.allocate(bytes, what);
  }

  @Override
  public void put(Buffer to, long offset, Supplier<MemorySegment> values) {
    MemorySegment all = values.get();
    for (long at = 0; at < all.byteSize(); at += BUFFER_BYTES) {
      long size = Math.min(BUFFER_BYTES, all.byteSize() - at);
      pinned.get(turn++ % 2).send(to, offset + at, all.asSlice(at, size));
    }
  }

  @Override
  public void check(String tensor, Type type, long address, long count) {
    finite.check(tensor, type, address, count);
  }

  /** Waits until all is there and looked at. */
  void finish() {
    finite.finish();
  }

  @Override
  public void close() {
    pinned.forEach(PinnedBuffer::close);
  }
}
