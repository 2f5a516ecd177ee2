package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Matrix.Type;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Writes weights to the device. They are there once the stream of copies has been waited for. */
final class WeightUpload implements WeightStore {
  private final CopyStream copies;
  private final Allocator memory;
  private final HeldTensors held;
  private final List<WeightCheck.Tensor> written = new ArrayList<>();

  /**
   * @param held tensors that need not come from the files
   */
  WeightUpload(CopyStream copies, Allocator memory, HeldTensors held) {
    this.copies = copies;
    this.memory = memory;
    this.held = held;
  }

  @Override
  public Buffer allocate(long bytes, String what) {
    return memory.allocate(bytes, what);
  }

  @Override
  public void put(Buffer to, long offset, Supplier<MemorySegment> values) {
    copies.upload(to, offset, values.get());
  }

  @Override
  public boolean copied(String tensor, Type type, Buffer to, long offset, long bytes) {
    return held.find(tensor, type)
        .map(
            from -> {
              copies.copy(from, to, offset, bytes);
              return true;
            })
        .orElse(false);
  }

  @Override
  public void written(String tensor, Type type, long address, long count) {
    written.add(new WeightCheck.Tensor(tensor, type, address, count));
  }

  /** What has come from the files. */
  List<WeightCheck.Tensor> written() {
    return written;
  }
}
