package dev.guildhall.simulator.policy;

import dev.guildhall.simulator.cluster.Cluster;

/**
 * What engines do by themselves under autoscalers that know nothing of experts: a new placement
 * every ten minutes.
 */
final class EngineTimer {

  private static final long EVERY = 600_000_000_000L;

  private long last = Long.MIN_VALUE;

  void tick(Cluster cluster) {
    if (last == Long.MIN_VALUE) {
      last = cluster.now();
    } else if (cluster.now() - last >= EVERY) {
      last = cluster.now();
      cluster.scenario().roles().forEach(cluster::rebalance);
    }
  }
}
