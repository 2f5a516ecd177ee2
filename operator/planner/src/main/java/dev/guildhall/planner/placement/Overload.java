package dev.guildhall.planner.placement;

/**
 * What the search makes smaller: tokens above a target, summed over ranks, and a little of the sum
 * of squares, so that among equals the flatter placement wins and drifts away more slowly.
 *
 * <p>What changes on an expert's ranks when it gets a replica more or less is worked out once per
 * state of the layer, by {@link #refresh}, which trades need and exchanges do not: a trade of two
 * replicas is then a sum of three numbers.
 */
final class Overload {
  private static final double FLATNESS = 0.003;

  private final Layer layer;
  private final double target;
  private final double flatness;
  private final double[] more;
  private final double[] less;
  private final int[] spare;
  private int spares;

  Overload(Layer layer, double target) {
    this.layer = layer;
    this.target = target;
    this.flatness = FLATNESS / Math.max(layer.mean, Double.MIN_NORMAL);
    this.more = new double[layer.tokens.length];
    this.less = new double[layer.tokens.length];
    this.spare = new int[layer.slot.length];
  }

  /** Takes in how the layer is now; to be called after each change of it. */
  void refresh() {
    for (int expert = 0; expert < more.length; expert++) {
      int replicas = layer.replicas[expert];
      more[expert] = onHosts(expert, replicas + 1);
      less[expert] = replicas > 1 ? onHosts(expert, replicas - 1) : Double.POSITIVE_INFINITY;
    }
    spares = 0;
    for (int i = 0; i < layer.slot.length; i++) {
      if (layer.replicas[layer.slot[i]] > 1) {
        spare[spares++] = i;
      }
    }
  }

  /** How many slots hold a replica of an expert that has others. */
  int spares() {
    return spares;
  }

  /** The k-th of these slots. */
  int spare(int k) {
    return spare[k];
  }

  /** What changes when a rank gets {@code more} (or less) than it has. */
  double of(int rank, double more) {
    double before = layer.load[rank];
    double after = before + more;
    return Math.max(0, after - target)
        - Math.max(0, before - target)
        + flatness * more * (before + after);
  }

  /**
   * What changes when a replica on {@code rank} of one expert gives way to one of another; at most
   * that where the two share a rank.
   */
  double ofTrade(int rank, int out, int in) {
    double shareOut = layer.share[out];
    double shareIn = layer.tokens[in] / (layer.replicas[in] + 1);
    double stays = layer.tokens[out] / (layer.replicas[out] - 1) - shareOut;
    return more[in] + less[out] - of(rank, stays) + of(rank, shareIn - shareOut);
  }

  /** At most what leaving {@code from} for {@code to} can take away, whatever leaves. */
  double mostOfExchange(int from, int to) {
    double apart = layer.load[from] - layer.load[to];
    double moved = Math.min(over(layer.load[from]), Math.max(0, target - layer.load[to]));
    return moved + flatness * apart * apart / 2;
  }

  private double over(double load) {
    return Math.max(0, load - target);
  }

  private double onHosts(int expert, int replicas) {
    double change = layer.tokens[expert] / replicas - layer.share[expert];
    double sum = 0;
    for (int k = 0; k < layer.replicas[expert]; k++) {
      sum += of(layer.hosts[expert][k], change);
    }
    return sum;
  }
}
