package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.Matrix.Type;
import dev.guildhall.engine.model.ModelException;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses weights that are not numbers. They are looked at on the device, as fast as its memory,
 * while more are on their way.
 */
final class WeightCheck {
  private static final int MOST_BLOCKS = 1024;
  private static final int BLOCK_VALUES = 4096;

  private final DeviceMemory memory;
  private final Kernels kernels;
  private final Buffer firsts;
  private final List<Looked> looked = new ArrayList<>();

  private record Looked(String tensor, long count) {}

  /**
   * @param most tensors that will be looked at
   */
  WeightCheck(DeviceMemory memory, Kernels kernels, int most) {
    this.memory = memory;
    this.kernels = kernels;
    this.firsts = memory.allocate((long) Long.BYTES * most, "first values that are no numbers");
    memory.fill(firsts, (byte) -1);
  }

  /**
   * Has a tensor looked at.
   *
   * @param at address of its first value
   */
  void check(String tensor, Type type, long at, long count) {
    long first = firsts.address() + (long) Long.BYTES * looked.size();
    looked.add(new Looked(tensor, count));
    int blocks = Math.clamp(Math.ceilDiv(count, (long) BLOCK_VALUES), 1, MOST_BLOCKS);
    kernels.launch(
        "check_finite" + type.suffix,
        Grid.of(blocks, 256),
        a -> a.pointer(at).pointer(first).longs(count));
  }

  /**
   * Waits for all.
   *
   * @throws ModelException naming the first bad tensor and the value's index
   */
  void finish() {
    long[] found = memory.longs(firsts, looked.size());
    for (int i = 0; i < found.length; i++) {
      if (found[i] != -1) {
        throw new ModelException(
            "tensor %s: value %d of %d is not a finite number; the file is broken, fetch it again"
                .formatted(looked.get(i).tensor(), found[i], looked.get(i).count()));
      }
    }
  }
}
