package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.Draw;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Draws tokens on the device; {@code sample.cu} has the kernel's side.
 *
 * @param rows of logits that are drawn from, ints
 * @param params how, {@value #PARAM_BYTES} bytes each
 * @param tokens drawn, ints
 */
record TokenDraws(
    DeviceMemory memory,
    Kernels kernels,
    int vocabulary,
    Buffer rows,
    Buffer params,
    Buffer tokens) {
  private static final int PARAM_BYTES = 24;
  private static final int THREADS = 1024;

  /**
   * Room for draws.
   *
   * @param most at a time
   */
  static TokenDraws allocate(
      Allocator from, DeviceMemory memory, Kernels kernels, int vocabulary, int most) {
    return new TokenDraws(
        memory,
        kernels,
        vocabulary,
        from.floats(most, "rows to draw from"),
        from.allocate((long) PARAM_BYTES * most, "how to draw"),
        from.floats(most, "drawn tokens"));
  }

  /**
   * Draws and waits.
   *
   * @param from which row of {@code logits} each draw is from
   * @return for each draw the token, or -1 - i if logit i is the first that is not finite
   */
  int[] of(Buffer logits, int[] from, List<Draw> draws) {
    ByteBuffer packed =
        ByteBuffer.allocate(PARAM_BYTES * from.length).order(ByteOrder.nativeOrder());
    draws.forEach(
        d ->
            packed
                .putDouble(d.uniform())
                .putFloat(d.temperature())
                .putFloat(d.topP())
                .putFloat(d.minP())
                .putInt(d.topK()));
    memory.put(rows, from);
    memory.put(params, packed.array());
    kernels.launch(
        "draw_tokens",
        Grid.of(from.length, THREADS),
        a -> a.pointer(logits).pointer(rows).pointer(params).pointer(tokens).ints(vocabulary));
    return memory.ints(tokens, from.length);
  }
}
