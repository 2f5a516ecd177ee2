package dev.guildhall.planner.scaling;

/** Where a group is in its life. */
public enum GroupPhase {
  /** Wanted, but its pods hold no GPUs yet. */
  PENDING,
  /** Holds GPUs and loads weights or warms up. */
  STARTING,
  /** Takes requests. */
  READY,
  /** Takes no new requests, holds GPUs until the running ones end. */
  DRAINING;

  boolean holdsGpus() {
    return this != PENDING;
  }
}
