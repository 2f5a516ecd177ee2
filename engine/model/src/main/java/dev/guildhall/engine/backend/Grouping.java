package dev.guildhall.engine.backend;

/**
 * Choices sorted by expert.
 *
 * @param experts those chosen at least once, ascending
 * @param rowCounts how many rows chose each
 * @param rows for each expert in turn, the rows that chose it, ascending
 * @param slots for each choice (row × top-k), its index in {@code rows}
 */
public record Grouping(int[] experts, int[] rowCounts, int[] rows, int[] slots) {

  /** Sorts rows × top-k choices by expert. */
  public static Grouping of(int[] choices, int rows, int experts) {
    int[] counts = new int[experts];
    for (int expert : choices) {
      counts[expert]++;
    }
    int[] next = new int[experts];
    int used = 0;
    int at = 0;
    for (int e = 0; e < experts; e++) {
      next[e] = at;
      at += counts[e];
      used += counts[e] > 0 ? 1 : 0;
    }
    int[] sorted = new int[choices.length];
    int[] slots = new int[choices.length];
    int perRow = choices.length / rows;
    for (int i = 0; i < choices.length; i++) {
      slots[i] = next[choices[i]]++;
      sorted[slots[i]] = i / perRow;
    }
    int[] present = new int[used];
    int[] presentCounts = new int[used];
    for (int e = 0, i = 0; e < experts; e++) {
      if (counts[e] > 0) {
        present[i] = e;
        presentCounts[i++] = counts[e];
      }
    }
    return new Grouping(present, presentCounts, sorted, slots);
  }
}
