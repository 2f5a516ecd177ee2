package dev.guildhall.engine.cluster;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The placements that this rank can compute under, by epoch: the one in use, and while the group
 * goes over to another one both. Safe for concurrent use.
 */
final class HeldPlacements {
  private final int rank;
  private final int layers;
  private final int experts;
  private final NavigableMap<Long, Route> routes = new ConcurrentSkipListMap<>();
  private volatile long used;

  /**
   * @param layers that steps run through
   */
  HeldPlacements(int rank, int layers, int experts, Placement first) {
    this.rank = rank;
    this.layers = layers;
    this.experts = experts;
    this.used = first.epoch();
    add(first);
  }

  /** From now on this rank can compute under it. */
  void add(Placement placement) {
    routes.put(placement.epoch(), new Route(placement, rank, experts));
  }

  /**
   * Whether some ranks hold all experts of a placement between them, as far as it is known here.
   */
  boolean covered(long epoch, BitSet some) {
    return route(epoch).filter(route -> route.placement().isCoveredBy(some, layers)).isPresent();
  }

  Optional<Route> route(long epoch) {
    return Optional.ofNullable(routes.get(epoch));
  }

  /** Epochs, lowest first. */
  List<Long> epochs() {
    return List.copyOf(routes.keySet());
  }

  /** Forgets those before an epoch; the newest always stays. */
  void retire(long oldest) {
    routes.headMap(Math.min(oldest, routes.lastKey())).clear();
  }

  /** For each layer all experts that any of these placements gives this rank. */
  List<BitSet> union() {
    List<BitSet> all = new ArrayList<>();
    for (Route route : routes.values()) {
      for (int layer = 0; layer < route.held().size(); layer++) {
        if (layer == all.size()) {
          all.add(new BitSet());
        }
        all.get(layer).or(route.held().get(layer));
      }
    }
    return all;
  }

  /** The epoch that this rank's steps dispatch by. */
  long used() {
    return used;
  }

  void use(long epoch) {
    used = epoch;
  }
}
