package dev.guildhall.planner.placement;

/**
 * The search where tokens are split equally over replicas.
 *
 * <p>From the busiest rank, three changes are tried: exchange a replica for a smaller one of
 * another rank; give an expert of this rank another replica elsewhere, in place of one that its
 * expert can spare; put a smaller replica where this rank holds one to spare. Where none helps, the
 * heaviest expert of the busiest rank gets the replica that is missed least, though that alone
 * makes the layer worse, and from then on only exchanges are made: numbers of replicas that are
 * wrong cannot be mended by small improving steps.
 */
final class LayerSearch extends LocalSearch {
  private final Layer layer;
  private final Overload overload;
  private boolean exchangesOnly;

  LayerSearch(Layer layer, double target) {
    super(layer, layer.slot, layer.mean, target);
    this.layer = layer;
    this.overload = new Overload(layer, target);
  }

  @Override
  void prepare() {
    if (!exchangesOnly) {
      overload.refresh();
    }
  }

  @Override
  void look(int rank) {
    for (int i = rank * layer.perRank; i < (rank + 1) * layer.perRank; i++) {
      tryExchange(rank, i);
      if (!exchangesOnly) {
        tryElsewhere(rank, i);
        tryHere(rank, i);
      }
    }
  }

  private void tryExchange(int rank, int i) {
    int a = layer.slot[i];
    int leaving = layer.move(rank, a);
    int least = (layer.untouched(rank) ? 1 : 0) - leaving;
    for (int other = 0; other < layer.load.length; other++) {
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
  @Override
  boolean shift() {
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
