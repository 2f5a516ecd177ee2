package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.NonFiniteLogitsException;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepOutput;
import dev.guildhall.engine.backend.StepOutput.SliceOutput;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Computes the logits that a step asks for and hands out results slice by slice. */
record Outputs(DeviceMemory memory, Launches launches, Workspace space, Matrix head) {

  /**
   * @param states rows × hidden size after the final norm
   * @throws NonFiniteLogitsException naming the first slice whose logits are not finite
   */
  StepOutput of(StepInput input, Buffer states) {
    List<SliceOutput> outputs = new ArrayList<>();
    int end = 0;
    for (int i = 0; i < input.slices().size(); i++) {
      Slice slice = input.slices().get(i);
      int tokens = slice.tokens().length;
      end += tokens;
      int rows =
          switch (slice.logits()) {
            case NONE -> 0;
            case LAST -> 1;
            case ALL -> tokens;
          };
      float[] logits = logits(states, end - rows, rows);
      checkFinite(i, slice, logits);
      float[] hidden =
          slice.hidden() ? rows(states, end - tokens, tokens, head.in()) : new float[0];
      outputs.add(new SliceOutput(logits, hidden));
    }
    return new StepOutput(outputs);
  }

  private float[] logits(Buffer states, int first, int rows) {
    float[] all = new float[rows * head.out()];
    for (int at = 0; at < rows; at += Workspace.LOGIT_ROWS) {
      int n = Math.min(Workspace.LOGIT_ROWS, rows - at);
      launches.linear(
          states.at((long) (first + at) * head.in()), n, head, space.logits().address(), false);
      float[] part = memory.floats(space.logits(), n * head.out());
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
