package dev.guildhall.planner.placement;

/**
 * What the search makes smaller: tokens above a target, summed over ranks, and a little of the sum
 * of squares, so that among equals the flatter placement wins and drifts away more slowly.
 */
final class Overload {
  private static final double FLATNESS = 0.003;

  private final Layer layer;
  private final double target;
  private final double flatness;
  private final double[] change;
  private final int[] touched;
  private int count;

  Overload(Layer layer, double target) {
    this.layer = layer;
    this.target = target;
    this.flatness = FLATNESS / Math.max(layer.mean, Double.MIN_NORMAL);
    this.change = new double[layer.load.length];
    this.touched = new int[2 * layer.load.length + 1];
  }

  /** What changes when a rank gets {@code more} (or less) than it has. */
  double of(int rank, double more) {
    double before = layer.load[rank];
    double after = before + more;
    return Math.max(0, after - target)
        - Math.max(0, before - target)
        + flatness * more * (before + after);
  }

  /** What changes when a replica on {@code rank} of one expert gives way to one of another. */
  double ofTrade(int rank, int out, int in) {
    double shareOut = layer.tokens[out] / (layer.replicas[out] - 1);
    double shareIn = layer.tokens[in] / (layer.replicas[in] + 1);
    count = 0;
    spread(out, shareOut - layer.share[out]);
    spread(in, shareIn - layer.share[in]);
    add(rank, shareIn - shareOut);
    double sum = 0;
    for (int k = 0; k < count; k++) {
      sum += of(touched[k], change[touched[k]]);
      change[touched[k]] = 0;
    }
    return sum;
  }

  /** At most what one more replica of an expert can take away on the ranks that hold it now. */
  double relief(int expert) {
    double less = layer.share[expert] - layer.tokens[expert] / (layer.replicas[expert] + 1);
    double sum = 0;
    for (int k = 0; k < layer.replicas[expert]; k++) {
      double load = layer.load[layer.hosts[expert][k]];
      sum += Math.min(less, over(load)) + 2 * flatness * less * load;
    }
    return sum;
  }

  /** At most what is flattened per token that leaves a rank with that load. */
  double flatness(double load) {
    return 2 * flatness * load;
  }

  double over(double load) {
    return Math.max(0, load - target);
  }

  private void spread(int expert, double more) {
    int[] hosts = layer.hosts[expert];
    for (int k = 0; k < layer.replicas[expert]; k++) {
      add(hosts[k], more);
    }
  }

  private void add(int rank, double more) {
    if (change[rank] == 0) {
      touched[count++] = rank;
    }
    change[rank] += more;
  }
}
