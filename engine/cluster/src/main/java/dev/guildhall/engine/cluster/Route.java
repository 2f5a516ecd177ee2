package dev.guildhall.engine.cluster;

import java.util.BitSet;
import java.util.List;

/** A placement as one rank sees it. Safe for concurrent use. */
final class Route {
  private record Owners(BitSet there, int[][] byLayer) {}

  private final Placement placement;
  private final int rank;
  private final int experts;
  private final List<BitSet> held;
  private volatile Owners last = new Owners(new BitSet(), new int[0][]);

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

  /** For each layer and expert the rank to ask, of those that are there. */
  int[][] owners(BitSet there) {
    Owners known = last;
    if (!known.there().equals(there)) {
      known = new Owners((BitSet) there.clone(), placement.owners(rank, experts, there));
      last = known;
    }
    return known.byLayer();
  }

  long epoch() {
    return placement.epoch();
  }
}
