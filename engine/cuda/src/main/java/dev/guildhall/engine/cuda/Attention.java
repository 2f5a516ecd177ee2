package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.StepInput.Slice;
import java.util.List;

/** Multi-head latent attention over the paged cache. */
interface Attention {

  /**
   * The rows of a step.
   *
   * @param count rows
   * @param live those that are tokens; the rest only fill up and have position -1
   * @param splits parts of 256 keys that are looked at
   * @param firstKey the first position that has a cache entry
   */
  record Rows(int count, int live, int splits, int firstKey) {}

  /**
   * Takes in what layers need to know of a step's rows beside what the workspace has.
   *
   * @param positions of all rows, those that only fill up included
   */
  default void place(List<Slice> slices, int[] positions) {}

  /** Launches what a step's layers share. */
  default void begin(Rows rows) {}

  /** Launches a layer's attention of the hidden states, normalised, and adds it to them. */
  void forward(Layer layer, Rows rows);

  /** The last position that launches are made for, where a step's rows end at {@code last}. */
  default int launchedFor(int last) {
    return last;
  }
}
