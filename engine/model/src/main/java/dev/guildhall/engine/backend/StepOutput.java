package dev.guildhall.engine.backend;

import java.util.List;

/**
 * What a step computed, one entry per slice in the order of the input.
 *
 * @param slices results
 */
public record StepOutput(List<SliceOutput> slices) {

  /**
   * Results of one slice.
   *
   * @param logits rows × vocabulary, row-major: none, one or one per token, as asked
   * @param hidden tokens × hidden size after the final norm, or empty
   * @param token the one drawn, or -1 if none was asked for
   */
  public record SliceOutput(float[] logits, float[] hidden, int token) {

    /** Results where no token was drawn. */
    public SliceOutput(float[] logits, float[] hidden) {
      this(logits, hidden, -1);
    }
  }
}
