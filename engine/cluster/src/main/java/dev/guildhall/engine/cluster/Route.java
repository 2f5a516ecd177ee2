package dev.guildhall.engine.cluster;

import dev.guildhall.engine.backend.ExpertBatch;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** A placement as one rank sees it. Safe for concurrent use. */
final class Route {
  /** 2³² ÷ the golden ratio: multiples of it fall evenly into any parts of 2³². */
  private static final int GOLDEN = 0x9E3779B9;

  private record Known(GroupView view, Shares[][] byLayer) {}

  private final Placement placement;
  private final int rank;
  private final int experts;
  private final List<BitSet> held;

  /** Rows of each expert so far, over all layers: where in its shares the next one falls. */
  private final AtomicIntegerArray sent;

  private volatile Known last = new Known(null, null);

  Route(Placement placement, int rank, int experts) {
    this.placement = placement;
    this.rank = rank;
    this.experts = experts;
    this.held = placement.heldBy(rank);
    this.sent = new AtomicIntegerArray(held.size() * experts);
  }

  Placement placement() {
    return placement;
  }

  /** For each layer the experts that this rank holds. */
  List<BitSet> held() {
    return held;
  }

  /**
   * For each entry of {@code batch.rows()} the rank to ask, of those that are there, or {@link
   * Placement#NOBODY}. Over many rows each rank gets its share of an expert's to within a few.
   */
  int[] owners(GroupView view, int layer, ExpertBatch batch) {
    Shares[] shares = shares(view)[layer];
    int[] owners = new int[batch.rows().length];
    int at = 0;
    for (int i = 0; i < batch.experts().length; i++) {
      int expert = batch.experts()[i];
      int count = batch.rowCounts()[i];
      int row = sent.getAndAdd(layer * experts + expert, count) + rank + expert;
      for (int end = at + count; at < end; at++) {
        owners[at] = shares[expert].at(Integer.toUnsignedLong(row++ * GOLDEN));
      }
    }
    return owners;
  }

  /** Worked out once a view. */
  private Shares[][] shares(GroupView view) {
    Known known = last;
    if (known.view() != view) {
      known = new Known(view, placement.shares(rank, experts, view.there()));
      last = known;
    }
    return known.byLayer();
  }

  long epoch() {
    return placement.epoch();
  }
}
