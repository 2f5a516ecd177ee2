package dev.guildhall.planner.placement;

/**
 * The search where tokens are split by weight: the same changes as {@link LayerSearch} tries,
 * weighed by what they do before the water finds its level anew, which is then let do so.
 *
 * <p>A replica more for an expert of the busiest rank is one move and lets its tokens run off, so
 * where there are replicas to spare few moves do much. Where nothing helps, the heaviest expert of
 * the busiest rank gets the replica that is missed least, as there; from then on, with {@code
 * exchangesAfterShift}, only exchanges are made.
 */
final class PouredSearch extends LocalSearch {
  private static final double FLATNESS = 0.003;

  private final PouredLayer layer;
  private final double target;
  private final double flatness;
  private final boolean exchangesAfterShift;
  private boolean exchangesOnly;

  PouredSearch(PouredLayer layer, double target, boolean exchangesAfterShift) {
    super(layer, layer.slot, layer.mean, target);
    this.layer = layer;
    this.target = target;
    this.flatness = FLATNESS / Math.max(layer.mean, Double.MIN_NORMAL);
    this.exchangesAfterShift = exchangesAfterShift;
  }

  @Override
  void look(int rank) {
    for (int i = rank * layer.perRank; i < (rank + 1) * layer.perRank; i++) {
      tryOthers(rank, i);
      if (!exchangesOnly && layer.replicas[layer.slot[i]] > 1) {
        tryHere(rank, i);
      }
    }
  }

  private void tryOthers(int rank, int i) {
    int a = layer.slot[i];
    for (int other = 0; other < layer.load.length; other++) {
      if (layer.load[other] >= layer.load[rank] || layer.holdings.barred(other, a)) {
        continue;
      }
      for (int j = other * layer.perRank; j < (other + 1) * layer.perRank; j++) {
        tryExchange(rank, i, other, j);
        if (!exchangesOnly && layer.replicas[layer.slot[j]] > 1) {
          tryElsewhere(rank, i, other, j);
        }
      }
    }
  }

  /** What two slots hold and what they compute change places. */
  private void tryExchange(int rank, int i, int other, int j) {
    int a = layer.slot[i];
    int b = layer.slot[j];
    double smaller = layer.part[i] - layer.part[j];
    if (smaller <= 0 || layer.holdings.barred(rank, b)) {
      return;
    }
    int cost = move(other, a) + move(rank, b) - move(rank, a) - move(other, b);
    best.exchange(-change(rank, -smaller) - change(other, smaller), cost, i, j);
  }

  /** One replica more of {@code a} in a slot whose expert can spare it. */
  private void tryElsewhere(int rank, int i, int other, int j) {
    int a = layer.slot[i];
    double gone = layer.part[j];
    double runsOff =
        Math.clamp((layer.load[rank] - layer.load[other] + gone) / 2, 0, layer.part[i]);
    double change =
        change(rank, -runsOff) + change(other, runsOff - gone) + returned(j, rank, runsOff);
    best.put(-change, move(other, a) - move(other, layer.slot[j]), j, a);
  }

  /** What the others of a slot's expert get when it goes, a rank being relieved beforehand. */
  private double returned(int j, int relieved, double by) {
    int b = layer.slot[j];
    double each = layer.part[j] / (layer.replicas[b] - 1);
    double change = 0;
    for (int k = 0; k < layer.replicas[b]; k++) {
      int slot = layer.slotsOf[b][k];
      if (slot != j) {
        double load = layer.load[slot / layer.perRank];
        double before = slot / layer.perRank == relieved ? load - by : load;
        change += overload(before + each) - overload(before);
      }
    }
    return change;
  }

  /** Another expert in the place of one that can be spared here. */
  private void tryHere(int rank, int i) {
    int a = layer.slot[i];
    double gone = layer.part[i];
    double back = returned(i, rank, 0);
    for (int b = 0; b < layer.tokens.length; b++) {
      if (!layer.holdings.barred(rank, b)) {
        int from = heaviestSlot(b);
        int busy = from / layer.perRank;
        double runsOff =
            Math.clamp((layer.load[busy] - layer.load[rank] + gone) / 2, 0, layer.part[from]);
        double change = back + change(busy, -runsOff) + change(rank, runsOff - gone);
        best.put(-change, move(rank, b) - move(rank, a), i, b);
      }
    }
  }

  /** Of an expert's slots the one on the busiest rank. */
  private int heaviestSlot(int b) {
    int heaviest = layer.slotsOf[b][0];
    for (int k = 1; k < layer.replicas[b]; k++) {
      int slot = layer.slotsOf[b][k];
      if (layer.load[slot / layer.perRank] > layer.load[heaviest / layer.perRank]) {
        heaviest = slot;
      }
    }
    return heaviest;
  }

  private int move(int rank, int one) {
    return layer.holdings.move(rank, one);
  }

  private double change(int rank, double more) {
    return overload(layer.load[rank] + more) - overload(layer.load[rank]);
  }

  private double overload(double load) {
    return Math.max(0, load - target) + flatness * load * load;
  }

  /** One replica from the expert that misses it least to the heaviest of the busiest rank. */
  @Override
  boolean shift() {
    int heaviest = heaviestOfBusiest();
    double each = layer.tokens[heaviest] / layer.replicas[heaviest];
    double least = Double.POSITIVE_INFINITY;
    best.forget(0);
    for (int i = 0; i < layer.slot.length; i++) {
      int spare = layer.slot[i];
      int rank = i / layer.perRank;
      double alone = layer.tokens[spare] / (layer.replicas[spare] - 1);
      if (layer.replicas[spare] > 1
          && alone < Math.min(each, least)
          && !layer.holdings.barred(rank, heaviest)) {
        least = alone;
        best.insist(move(rank, heaviest) - move(rank, spare), i, heaviest);
      }
    }
    exchangesOnly = exchangesAfterShift;
    return best.isFound();
  }

  private int heaviestOfBusiest() {
    int rank = 0;
    for (int other = 1; other < layer.load.length; other++) {
      rank = layer.load[other] > layer.load[rank] ? other : rank;
    }
    int heaviest = rank * layer.perRank;
    for (int i = heaviest; i < (rank + 1) * layer.perRank; i++) {
      heaviest = layer.part[i] > layer.part[heaviest] ? i : heaviest;
    }
    return layer.slot[heaviest];
  }
}
