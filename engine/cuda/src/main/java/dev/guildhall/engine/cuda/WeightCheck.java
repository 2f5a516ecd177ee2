package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.Matrix.Type;
import dev.guildhall.engine.model.ModelException;

/** Refuses weights that are not numbers, on the device: as fast as its memory. */
final class WeightCheck {
  private static final int MOST_BLOCKS = 1024;
  private static final int BLOCK_VALUES = 4096;

  private final DeviceMemory memory;
  private final Kernels kernels;
  private final Buffer first;

  WeightCheck(DeviceMemory memory, Kernels kernels) {
    this.memory = memory;
    this.kernels = kernels;
    this.first = memory.allocate(Long.BYTES, "the first value that is no number");
  }

  /**
   * Looks at a tensor that was uploaded.
   *
   * @param at address of its first value
   * @throws ModelException naming the tensor and the value's index
   */
  void check(String tensor, Type type, long at, long count) {
    memory.put(first, new int[] {-1, -1});
    int blocks = Math.clamp(Math.ceilDiv(count, (long) BLOCK_VALUES), 1, MOST_BLOCKS);
    kernels.launch(
        "check_finite" + type.suffix,
        Grid.of(blocks, 256),
        a -> a.pointer(at).pointer(first).longs(count));
    long index = memory.longs(first, 1)[0];
    if (index != -1) {
      throw new ModelException(
          "tensor %s: value %d of %d is not a finite number; the file is broken, fetch it again"
              .formatted(tensor, index, count));
    }
  }
}
