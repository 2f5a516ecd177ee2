package dev.guildhall.engine.cluster;

import dev.guildhall.engine.backend.ExpertBatch;
import java.util.Arrays;

/**
 * The part of a batch that goes to one rank, and where its results belong.
 *
 * @param batch with only the rows that this rank needs
 * @param outputs for each output row of the part, which row of the whole batch's output it is
 */
record Dispatch(ExpertBatch batch, int[] outputs) {

  /**
   * Splits a batch; null for a rank that gets nothing.
   *
   * @param owners for each entry of {@code batch.rows()}, the rank that computes it
   */
  static Dispatch[] split(ExpertBatch batch, int[] owners, int ranks) {
    int[] rows = new int[ranks];
    for (int owner : owners) {
      rows[owner]++;
    }
    int[] next = new int[ranks];
    for (int rank = 1; rank < ranks; rank++) {
      next[rank] = next[rank - 1] + rows[rank - 1];
    }
    int[] first = next.clone();
    int[] byRank = new int[owners.length];
    for (int entry = 0; entry < owners.length; entry++) {
      byRank[next[owners[entry]]++] = entry;
    }
    int[] experts = expertOfEntry(batch);
    Dispatch[] parts = new Dispatch[ranks];
    for (int rank = 0; rank < ranks; rank++) {
      if (next[rank] > first[rank]) {
        parts[rank] = part(batch, experts, Arrays.copyOfRange(byRank, first[rank], next[rank]));
      }
    }
    return parts;
  }

  private static int[] expertOfEntry(ExpertBatch batch) {
    int[] experts = new int[batch.rows().length];
    int at = 0;
    for (int i = 0; i < batch.experts().length; i++) {
      Arrays.fill(experts, at, at += batch.rowCounts()[i], batch.experts()[i]);
    }
    return experts;
  }

  private static Dispatch part(ExpertBatch batch, int[] expertOfEntry, int[] entries) {
    int hidden = batch.hiddenSize();
    int[] experts = new int[entries.length];
    int[] counts = new int[entries.length];
    int members = 0;
    int[] rows = new int[entries.length];
    int[] renumbered = new int[batch.hidden().length / hidden];
    Arrays.fill(renumbered, -1);
    float[] needed = new float[Math.min(entries.length, renumbered.length) * hidden];
    int distinct = 0;
    for (int i = 0; i < entries.length; i++) {
      int expert = expertOfEntry[entries[i]];
      if (members == 0 || experts[members - 1] != expert) {
        experts[members++] = expert;
      }
      counts[members - 1]++;
      int row = batch.rows()[entries[i]];
      if (renumbered[row] < 0) {
        System.arraycopy(batch.hidden(), row * hidden, needed, distinct * hidden, hidden);
        renumbered[row] = distinct++;
      }
      rows[i] = renumbered[row];
    }
    var part =
        new ExpertBatch(
            Arrays.copyOf(experts, members),
            Arrays.copyOf(counts, members),
            rows,
            Arrays.copyOf(needed, distinct * hidden),
            hidden);
    return new Dispatch(part, entries);
  }

  /** Puts this part's output rows where they belong. */
  void combine(float[] part, float[] whole) {
    int hidden = batch.hiddenSize();
    for (int i = 0; i < outputs.length; i++) {
      System.arraycopy(part, i * hidden, whole, outputs[i] * hidden, hidden);
    }
  }
}
