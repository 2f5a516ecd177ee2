package dev.guildhall.engine.runtime;

import dev.guildhall.engine.backend.StepInput;
import java.util.List;

/** What one step computes. */
record StepPlan(List<Slot> slots) {

  /**
   * Some tokens of one sequence.
   *
   * @param sequence whose
   * @param count how many, from the first that is not in the cache
   * @param decode whether it is a generated token's turn, not the prompt's
   */
  record Slot(Sequence sequence, int count, boolean decode) {

    StepInput.Slice slice() {
      int from = sequence.computed;
      StepInput.Logits logits =
          sequence.echoing()
              ? StepInput.Logits.ALL
              : count == sequence.remaining() ? StepInput.Logits.LAST : StepInput.Logits.NONE;
      return new StepInput.Slice(sequence.tokens(from, count), from, sequence.pages(), logits);
    }
  }

  StepInput input() {
    return new StepInput(slots.stream().map(Slot::slice).toList());
  }

  int[] rows() {
    return slots.stream().mapToInt(Slot::count).toArray();
  }
}
