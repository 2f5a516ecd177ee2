package dev.guildhall.planner.placement;

/** Where the replicas of an expert may be. */
public enum Locality {
  /** On any rank. */
  ANYWHERE,
  /**
   * On the ranks of the node that holds the expert's whole group, so that a router that limits the
   * groups of a token limits the nodes that it is sent to.
   */
  GROUP_ON_NODE
}
