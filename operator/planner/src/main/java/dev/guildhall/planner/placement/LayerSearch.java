package dev.guildhall.planner.placement;

import java.util.Arrays;

/**
 * Local search on one layer: brings ranks under a target load with few moves, and remembers every
 * step, so that a caller with a budget can stop at any of them.
 *
 * <p>From the busiest rank, three changes are tried: exchange a replica for a smaller one of
 * another rank; give an expert of this rank another replica elsewhere, in place of one that its
 * expert can spare; put a smaller replica where this rank holds one to spare. The change that takes
 * away most overload per move is made. Where none helps, the heaviest expert of the busiest rank
 * gets the replica that is missed least, though that is worse for now, and from then on only
 * exchanges are made: numbers of replicas that are wrong cannot be mended by small improving steps.
 */
final class LayerSearch {
  private static final int RANKS_TRIED = 3;
  private static final int SHIFTS = 4;

  private final Layer layer;
  private final Overload overload;
  private final double target;
  private final boolean[] stuck;
  private final Trail trail;
  private final Change best = new Change();
  private boolean exchangesOnly;

  LayerSearch(Layer layer, double target) {
    this.layer = layer;
    this.target = target;
    this.overload = new Overload(layer, target);
    this.stuck = new boolean[layer.load.length];
    this.trail = new Trail(layer, layer.slot);
  }

  /** Searches until no rank is above the target, nothing helps, or {@code most} moves are made. */
  Trail run(int most) {
    int shifts = 0;
    int steps = 2 * layer.slot.length;
    while (steps-- > 0 && trail.moves() < most && layer.most() > target * (1 + 1e-9)) {
      if (!relieve() && (shifts++ >= SHIFTS || !shift())) {
        break;
      }
      best.make(trail);
      trail.step();
    }
    return trail;
  }

  private boolean relieve() {
    Arrays.fill(stuck, false);
    if (!exchangesOnly) {
      overload.refresh();
    }
    best.forget(1e-9 * layer.mean);
    for (int tries = 0; tries < RANKS_TRIED && !best.isFound(); tries++) {
      int rank = busiestNotStuck();
      if (rank < 0) {
        return false;
      }
      for (int i = rank * layer.perRank; i < (rank + 1) * layer.perRank; i++) {
        tryExchange(rank, i);
        if (!exchangesOnly) {
          tryElsewhere(rank, i);
          tryHere(rank, i);
        }
      }
      stuck[rank] = true;
    }
    return best.isFound();
  }

  private int busiestNotStuck() {
    int busiest = -1;
    double most = target * (1 + 1e-9);
    for (int rank = 0; rank < stuck.length; rank++) {
      if (layer.load[rank] > most && !stuck[rank]) {
        busiest = rank;
        most = layer.load[rank];
      }
    }
    return busiest;
  }

  private void tryExchange(int rank, int i) {
    int a = layer.slot[i];
    int leaving = layer.move(rank, a);
    int least = (layer.untouched(rank) ? 1 : 0) - leaving;
    for (int other = 0; other < stuck.length; other++) {
      int arriving = layer.move(other, a);
      double atLeast = least + arriving - (layer.untouched(other) ? 0 : 1);
      if (overload.mostOfExchange(rank, other) <= best.toBeat(atLeast) || layer.barred(other, a)) {
        continue;
      }
      for (int j = other * layer.perRank; j < (other + 1) * layer.perRank; j++) {
        int b = layer.slot[j];
        double smaller = layer.share[a] - layer.share[b];
        if (smaller > 0) {
          double change = overload.of(rank, -smaller) + overload.of(other, smaller);
          if (-change > best.toBeat() && !layer.barred(rank, b)) {
            int cost = arriving + layer.move(rank, b) - leaving - layer.move(other, b);
            best.exchange(-change, cost, i, j);
          }
        }
      }
    }
  }

  private void tryElsewhere(int rank, int i) {
    int a = layer.slot[i];
    for (int k = 0; k < overload.spares(); k++) {
      int j = overload.spare(k);
      int other = j / layer.perRank;
      double change = overload.ofTrade(other, layer.slot[j], a);
      if (-change > best.toBeat() && other != rank && !layer.barred(other, a)) {
        best.put(-change, layer.move(other, a) - layer.move(other, layer.slot[j]), j, a);
      }
    }
  }

  private void tryHere(int rank, int i) {
    int a = layer.slot[i];
    if (layer.replicas[a] == 1) {
      return;
    }
    int leaving = layer.move(rank, a);
    for (int b = 0; b < layer.tokens.length; b++) {
      double change = overload.ofTrade(rank, a, b);
      if (-change > best.toBeat() && !layer.barred(rank, b)) {
        best.put(-change, layer.move(rank, b) - leaving, i, b);
      }
    }
  }

  /** One replica from the expert that misses it least to the heaviest of the busiest rank. */
  private boolean shift() {
    int heaviest = -1;
    int rank = layer.busiest();
    for (int i = rank * layer.perRank; i < (rank + 1) * layer.perRank; i++) {
      if (heaviest < 0 || layer.share[layer.slot[i]] > layer.share[heaviest]) {
        heaviest = layer.slot[i];
      }
    }
    if (exchangesOnly) {
      overload.refresh();
    }
    double least = Double.POSITIVE_INFINITY;
    best.forget(0);
    for (int i = 0; i < layer.slot.length; i++) {
      int spare = layer.slot[i];
      int host = i / layer.perRank;
      double alone = layer.tokens[spare] / (layer.replicas[spare] - 1);
      if (layer.replicas[spare] < 2 || alone >= layer.share[heaviest]) {
        continue;
      }
      double after = alone + 1e-6 * overload.ofTrade(host, spare, heaviest);
      if (after < least && !layer.barred(host, heaviest)) {
        least = after;
        best.insist(layer.move(host, heaviest) - layer.move(host, spare), i, heaviest);
      }
    }
    exchangesOnly = true;
    return best.isFound();
  }
}
