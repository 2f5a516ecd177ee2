package dev.guildhall.engine.runtime;

/**
 * Why a request ends.
 *
 * @param message for the caller; empty where the reason says it all
 */
record Ending(Completion.Reason reason, String message) {
  static final Ending CANCELLED = new Ending(Completion.Reason.CANCELLED, "cancelled");
}
