package dev.guildhall.engine.cpu;

import dev.guildhall.engine.backend.NonFiniteLogitsException;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepOutput;
import dev.guildhall.engine.backend.StepOutput.SliceOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Computes the logits that a step asks for and hands out results slice by slice. */
final class Outputs {
  private Outputs() {}

  /**
   * @param states rows × hidden size after the final norm
   * @throws NonFiniteLogitsException naming the first slice whose logits are not finite
   */
  static StepOutput of(Compute compute, StepInput input, float[] states, Matrix head) {
    int hidden = head.in();
    float[] wanted = wanted(input, states, hidden);
    float[] logits = compute.linear(wanted, wanted.length / hidden, head);
    List<SliceOutput> outputs = new ArrayList<>();
    int row = 0;
    int at = 0;
    for (int i = 0; i < input.slices().size(); i++) {
      Slice slice = input.slices().get(i);
      int tokens = slice.tokens().length;
      int end = at + rows(slice) * head.out();
      checkFinite(i, slice, logits, at, end - at, head.out());
      float[] mine = Arrays.copyOfRange(logits, at, at + slice.logitRows() * head.out());
      float[] own =
          slice.hidden()
              ? Arrays.copyOfRange(states, row * hidden, (row + tokens) * hidden)
              : new float[0];
      int token =
          slice.draw() == null ? -1 : slice.draw().from(logits, end - head.out(), head.out());
      outputs.add(new SliceOutput(mine, own, token));
      at = end;
      row += tokens;
    }
    return new StepOutput(outputs);
  }

  /** Rows of logits that are computed. */
  private static int rows(Slice slice) {
    return slice.draw() == null ? slice.logitRows() : Math.max(1, slice.logitRows());
  }

  private static float[] wanted(StepInput input, float[] states, int hidden) {
    if (input.slices().stream().allMatch(s -> s.logits() == Logits.ALL)) {
      return states;
    }
    int total = input.slices().stream().mapToInt(Outputs::rows).sum();
    float[] wanted = new float[total * hidden];
    int end = 0;
    int to = 0;
    for (Slice slice : input.slices()) {
      end += slice.tokens().length;
      int rows = rows(slice);
      System.arraycopy(states, (end - rows) * hidden, wanted, to * hidden, rows * hidden);
      to += rows;
    }
    return wanted;
  }

  private static void checkFinite(
      int index, Slice slice, float[] logits, int from, int count, int vocabulary) {
    for (int i = from; i < from + count; i++) {
      if (!Float.isFinite(logits[i])) {
        int position = slice.start() + slice.tokens().length - (from + count - i - 1) / vocabulary;
        throw new NonFiniteLogitsException(
            index,
            "slice %d: the logit of token %d at position %d is %s"
                .formatted(index, (i - from) % vocabulary, position - 1, logits[i]));
      }
    }
  }
}
