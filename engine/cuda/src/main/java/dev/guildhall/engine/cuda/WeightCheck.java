package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import dev.guildhall.engine.cuda.Matrix.Type;
import dev.guildhall.engine.model.ModelException;
import java.util.List;

/** Refuses weights that are not numbers, on the device: as fast as its memory. */
record WeightCheck(DeviceMemory memory, Kernels kernels) {
  private static final int MOST_BLOCKS = 1024;
  private static final int BLOCK_VALUES = 4096;

  /**
   * A tensor that was uploaded.
   *
   * @param address of its first value
   * @param count values
   */
  record Tensor(String name, Type type, long address, long count) {}

  /**
   * Looks at tensors and waits.
   *
   * @throws ModelException naming the first bad one and the value's index
   */
  void check(List<Tensor> tensors) {
    if (tensors.isEmpty()) {
      return;
    }
    Buffer firsts =
        memory.allocate((long) Long.BYTES * tensors.size(), "first values that are no numbers");
    try {
      memory.fill(firsts, (byte) -1);
      for (int i = 0; i < tensors.size(); i++) {
        launch(tensors.get(i), firsts.address() + (long) Long.BYTES * i);
      }
      refuse(tensors, memory.longs(firsts, tensors.size()));
    } finally {
      memory.free(firsts);
    }
  }

  private void launch(Tensor t, long first) {
    int blocks = Math.clamp(Math.ceilDiv(t.count(), (long) BLOCK_VALUES), 1, MOST_BLOCKS);
    kernels.launch(
        "check_finite" + t.type().suffix,
        Grid.of(blocks, 256),
        a -> a.pointer(t.address()).pointer(first).longs(t.count()));
  }

  private static void refuse(List<Tensor> tensors, long[] firsts) {
    for (int i = 0; i < firsts.length; i++) {
      if (firsts[i] != -1) {
        throw new ModelException(
            "tensor %s: value %d of %d is not a finite number; the file is broken, fetch it again"
                .formatted(tensors.get(i).name(), firsts[i], tensors.get(i).count()));
      }
    }
  }
}
