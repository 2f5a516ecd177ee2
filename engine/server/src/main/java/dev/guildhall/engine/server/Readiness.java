package dev.guildhall.engine.server;

/** Whether this rank may be sent requests, and if not, why. */
final class Readiness {
  private volatile String groupReason = "starting";
  private volatile String expertsReason = "";
  private volatile boolean draining;

  /** Empty: ready. */
  String notReadyBecause() {
    if (draining) {
      return "this rank is draining";
    }
    String group = groupReason;
    return group.isEmpty() ? expertsReason : group;
  }

  boolean ready() {
    return notReadyBecause().isEmpty();
  }

  /**
   * @param reason empty if the whole group has answered
   */
  void group(String reason) {
    groupReason = reason;
  }

  /**
   * @param reason empty if every rank has just computed experts
   */
  void experts(String reason) {
    expertsReason = reason;
  }

  void drain() {
    draining = true;
  }
}
