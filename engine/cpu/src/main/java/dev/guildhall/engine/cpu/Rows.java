package dev.guildhall.engine.cpu;

import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Slice;
import java.util.Arrays;

/**
 * The tokens of a step, slice after slice.
 *
 * @param tokens ids
 * @param positions position of each in its sequence
 * @param pages page table of each one's sequence
 * @param rotations cosines and sines of each position
 * @param firstKey the first position of a sequence that has a cache entry: 0, or 1 in the MTP layer
 */
record Rows(int[] tokens, int[] positions, int[][] pages, float[] rotations, int firstKey) {

  static Rows of(StepInput input, Rope rope, int firstKey) {
    int n = input.slices().stream().mapToInt(s -> s.tokens().length).sum();
    int[] tokens = new int[n];
    int[] positions = new int[n];
    int[][] pages = new int[n][];
    int at = 0;
    for (Slice slice : input.slices()) {
      int count = slice.tokens().length;
      System.arraycopy(slice.tokens(), 0, tokens, at, count);
      Arrays.fill(pages, at, at + count, slice.pages());
      for (int i = 0; i < count; i++) {
        positions[at + i] = slice.start() + i;
      }
      at += count;
    }
    return new Rows(tokens, positions, pages, rope.rotations(positions), firstKey);
  }

  int count() {
    return tokens.length;
  }
}
