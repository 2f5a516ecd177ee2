package dev.guildhall.engine.cluster;

import java.util.BitSet;
import java.util.List;

/**
 * A placement as one rank sees it.
 *
 * @param placement the whole
 * @param owners for each layer and expert, the rank to ask
 * @param held for each layer the experts that this rank holds
 */
record Route(Placement placement, int[][] owners, List<BitSet> held) {

  static Route of(Placement placement, int rank, int experts) {
    return new Route(placement, placement.owners(rank, experts), placement.heldBy(rank));
  }

  long epoch() {
    return placement.epoch();
  }
}
