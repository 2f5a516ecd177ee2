package dev.guildhall.engine.cuda;

/**
 * What decides which kernels a step launches with which arguments; steps of one shape differ only
 * in what they upload. Small steps are rounded up, so that few shapes stand for all of them.
 *
 * @param draft whether the MTP layer runs, and not the main model
 * @param exchanged whether routed experts are computed elsewhere, so that the step has gaps
 * @param rows rows computed, of which the last may only fill up
 * @param splits parts of 256 keys that attention looks at
 * @param rounded whether other steps share this shape, so that it is worth a graph
 */
record StepShape(boolean draft, boolean exchanged, int rows, int splits, boolean rounded) {
  /** Above this many rows launches cost little beside the work, and filling up costs much. */
  static final int MOST_ROWS = 256;

  /** The shape of exactly this many rows. */
  static StepShape exact(boolean draft, boolean exchanged, int rows, int lastPosition) {
    return new StepShape(draft, exchanged, rows, Workspace.splits(lastPosition), false);
  }

  /**
   * The bucket of a step: rows rounded up by an eighth or so, splits to a power of two, neither
   * above the most there can be; the exact shape where there are many rows.
   *
   * @param mostRows of any step
   * @param mostPositions of any sequence
   */
  static StepShape bucket(
      boolean draft,
      boolean exchanged,
      int rows,
      int lastPosition,
      int mostRows,
      int mostPositions) {
    if (rows > MOST_ROWS) {
      return exact(draft, exchanged, rows, lastPosition);
    }
    int splits = Workspace.splits(lastPosition);
    int mostSplits = Workspace.splits(mostPositions - 1);
    return new StepShape(
        draft,
        exchanged,
        Math.min(roundedRows(rows), mostRows),
        Math.min(up(splits), mostSplits),
        true);
  }

  /** Steps of 1, 2, 4, 8, then of 8 more up to 64, then of 32 more. */
  private static int roundedRows(int n) {
    return n <= 8 ? up(n) : n <= 64 ? Math.ceilDiv(n, 8) * 8 : Math.ceilDiv(n, 32) * 32;
  }

  /** The lowest power of two that is not less. */
  private static int up(int n) {
    return n == 1 ? 1 : Integer.highestOneBit(n - 1) << 1;
  }
}
