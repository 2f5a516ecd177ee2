package dev.guildhall.engine.cluster;

import java.util.BitSet;
import java.util.List;

/** A placement as one rank sees it. Safe for concurrent use. */
final class Route {
  private record Owners(GroupView view, int[][] byLayer) {}

  private final Placement placement;
  private final int rank;
  private final int experts;
  private final List<BitSet> held;
  private volatile Owners last = new Owners(null, null);

  Route(Placement placement, int rank, int experts) {
    this.placement = placement;
    this.rank = rank;
    this.experts = experts;
    this.held = placement.heldBy(rank);
  }

  Placement placement() {
    return placement;
  }

  /** For each layer the experts that this rank holds. */
  List<BitSet> held() {
    return held;
  }

  /** For each layer and expert the rank to ask, of those that are there; worked out once a view. */
  int[][] owners(GroupView view) {
    Owners known = last;
    if (known.view() != view) {
      known = new Owners(view, placement.owners(rank, experts, view.there()));
      last = known;
    }
    return known.byLayer();
  }

  long epoch() {
    return placement.epoch();
  }
}
