package dev.guildhall.engine.cluster;

import dev.guildhall.engine.backend.ExpertBatch;
import java.util.Arrays;

/**
 * The part of a batch that goes to one rank, and where its results belong.
 *
 * @param batch with only the rows that this rank needs
 * @param firstOutput for each expert of the part, the index of its first output row in the whole
 *     batch's output
 */
record Dispatch(ExpertBatch batch, int[] firstOutput) {

  /** Splits a batch; null for a rank that gets nothing. */
  static Dispatch[] split(ExpertBatch batch, int[] owners, int ranks) {
    int[] firstRow = new int[batch.experts().length];
    for (int i = 1; i < firstRow.length; i++) {
      firstRow[i] = firstRow[i - 1] + batch.rowCounts()[i - 1];
    }
    Dispatch[] parts = new Dispatch[ranks];
    int[] members = new int[batch.experts().length];
    for (int rank = 0; rank < ranks; rank++) {
      int count = 0;
      for (int i = 0; i < members.length; i++) {
        if (owners[batch.experts()[i]] == rank) {
          members[count++] = i;
        }
      }
      if (count > 0) {
        parts[rank] = part(batch, Arrays.copyOf(members, count), firstRow);
      }
    }
    return parts;
  }

  private static Dispatch part(ExpertBatch batch, int[] members, int[] firstRow) {
    int hidden = batch.hiddenSize();
    int[] experts = new int[members.length];
    int[] counts = new int[members.length];
    int[] firstOutput = new int[members.length];
    int total = 0;
    for (int i = 0; i < members.length; i++) {
      experts[i] = batch.experts()[members[i]];
      counts[i] = batch.rowCounts()[members[i]];
      firstOutput[i] = firstRow[members[i]];
      total += counts[i];
    }
    int[] rows = new int[total];
    int[] renumbered = new int[batch.hidden().length / hidden];
    Arrays.fill(renumbered, -1);
    float[] needed = new float[Math.min(total, renumbered.length) * hidden];
    int distinct = 0;
    int at = 0;
    for (int i = 0; i < members.length; i++) {
      for (int j = 0; j < counts[i]; j++) {
        int row = batch.rows()[firstOutput[i] + j];
        if (renumbered[row] < 0) {
          System.arraycopy(batch.hidden(), row * hidden, needed, distinct * hidden, hidden);
          renumbered[row] = distinct++;
        }
        rows[at++] = renumbered[row];
      }
    }
    float[] packed = Arrays.copyOf(needed, distinct * hidden);
    return new Dispatch(new ExpertBatch(experts, counts, rows, packed, hidden), firstOutput);
  }

  /** Puts this part's output rows where they belong. */
  void combine(float[] part, float[] whole) {
    int hidden = batch.hiddenSize();
    int at = 0;
    for (int i = 0; i < firstOutput.length; i++) {
      int length = batch.rowCounts()[i] * hidden;
      System.arraycopy(part, at, whole, firstOutput[i] * hidden, length);
      at += length;
    }
  }
}
