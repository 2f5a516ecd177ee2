package dev.guildhall.simulator.cluster;

/** Decides every {@link #PERIOD_SECONDS} how many groups there are. */
public interface Autoscaler {

  /** The period of the Kubernetes autoscaler, and everybody's. */
  double PERIOD_SECONDS = 15;

  /** Looks at the cluster and changes it. */
  void tick(Cluster cluster);
}
