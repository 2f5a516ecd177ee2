package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.NonFiniteLogitsException;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepOutput;
import dev.guildhall.engine.backend.StepOutput.SliceOutput;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Computes the logits that a step asks for and hands out results slice by slice. */
record Outputs(DeviceMemory memory, Launches launches, Workspace space, Matrix head) {

  /**
   * @param states rows × hidden size after the final norm
   * @throws NonFiniteLogitsException naming the first slice whose logits are not finite
   */
  StepOutput of(StepInput input, Buffer states) {
    float[] logits = logits(states, wanted(input));
    List<SliceOutput> outputs = new ArrayList<>();
    int row = 0;
    int at = 0;
    for (int i = 0; i < input.slices().size(); i++) {
      Slice slice = input.slices().get(i);
      int tokens = slice.tokens().length;
      float[] mine = Arrays.copyOfRange(logits, at, at += rows(slice) * head.out());
      checkFinite(i, slice, mine);
      float[] hidden = slice.hidden() ? rows(states, row, tokens, head.in()) : new float[0];
      outputs.add(new SliceOutput(mine, hidden));
      row += tokens;
    }
    return new StepOutput(outputs);
  }

  private static int rows(Slice slice) {
    return switch (slice.logits()) {
      case NONE -> 0;
      case LAST -> 1;
      case ALL -> slice.tokens().length;
    };
  }

  /** The rows that get logits. */
  private static int[] wanted(StepInput input) {
    IntStream.Builder wanted = IntStream.builder();
    int end = 0;
    for (Slice slice : input.slices()) {
      end += slice.tokens().length;
      IntStream.range(end - rows(slice), end).forEach(wanted::add);
    }
    return wanted.build().toArray();
  }

  private float[] logits(Buffer states, int[] wanted) {
    float[] all = new float[wanted.length * head.out()];
    for (int at = 0; at < wanted.length; at += Workspace.LOGIT_ROWS) {
      int[] turn =
          Arrays.copyOfRange(wanted, at, Math.min(at + Workspace.LOGIT_ROWS, wanted.length));
      memory.put(space.wanted(), turn);
      launches
          .kernels()
          .launch(
              "gather_rows",
              Grid.of(turn.length, 256),
              a ->
                  a.pointer(states)
                      .pointer(space.wanted())
                      .pointer(space.gathered())
                      .ints(head.in()));
      launches.linear(space.gathered(), turn.length, head, space.logits(), false);
      float[] part = memory.floats(space.logits(), turn.length * head.out());
      System.arraycopy(part, 0, all, at * head.out(), part.length);
    }
    return all;
  }

  private float[] rows(Buffer states, int first, int rows, int width) {
    float[] all = memory.floats(states, (first + rows) * width);
    return Arrays.copyOfRange(all, first * width, (first + rows) * width);
  }

  private void checkFinite(int index, Slice slice, float[] logits) {
    for (int i = 0; i < logits.length; i++) {
      if (!Float.isFinite(logits[i])) {
        int rows = logits.length / head.out();
        int position = slice.start() + slice.tokens().length - rows + i / head.out();
        throw new NonFiniteLogitsException(
            index,
            "slice %d: the logit of token %d at position %d is %s"
                .formatted(index, i % head.out(), position, logits[i]));
      }
    }
  }
}
