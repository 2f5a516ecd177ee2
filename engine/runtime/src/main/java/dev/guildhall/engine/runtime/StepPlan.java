package dev.guildhall.engine.runtime;

import dev.guildhall.engine.backend.Draw;
import dev.guildhall.engine.backend.StepInput;
import java.util.List;
import java.util.Optional;

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
      int[] tokens = sequence.tokens(from, count);
      Draw draw = draw().orElse(null);
      return new StepInput.Slice(tokens, from, sequence.pages(), logits(draw), false, draw);
    }

    private Optional<Draw> draw() {
      return sequence.echoing() || !ends()
          ? Optional.empty()
          : sequence.sampler.onBackend(sequence.answered());
    }

    private boolean ends() {
      return count == sequence.remaining();
    }

    private StepInput.Logits logits(Draw draw) {
      if (sequence.echoing()) {
        return StepInput.Logits.ALL;
      }
      return draw == null && ends() ? StepInput.Logits.LAST : StepInput.Logits.NONE;
    }
  }

  StepInput input() {
    return new StepInput(slots.stream().map(Slot::slice).toList());
  }

  int[] rows() {
    return slots.stream().mapToInt(Slot::count).toArray();
  }
}
