package dev.guildhall.simulator.policy;

import dev.guildhall.simulator.cluster.Autoscaler;
import dev.guildhall.simulator.cluster.Cluster;

/** As many groups as at the beginning. */
public final class FixedFleet implements Autoscaler {

  private final EngineTimer timer = new EngineTimer();

  @Override
  public void tick(Cluster cluster) {
    timer.tick(cluster);
  }
}
