package dev.guildhall.engine.server;

/** Whether this rank may be sent requests, and if not, why. */
final class Readiness {
  private volatile String groupReason = "starting";
  private volatile boolean draining;

  /** Empty: ready. */
  String notReadyBecause() {
    return draining ? "this rank is draining" : groupReason;
  }

  boolean ready() {
    return notReadyBecause().isEmpty();
  }

  /**
   * @param reason empty if the whole group has answered
   * @return whether the group was ready before
   */
  synchronized boolean group(String reason) {
    boolean before = groupReason.isEmpty();
    groupReason = reason;
    return before;
  }

  void drain() {
    draining = true;
  }
}
