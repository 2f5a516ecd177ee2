package dev.guildhall.planner.placement;

/** What was asked of the planner of expert replicas cannot be placed; the message says why. */
public final class InvalidPlacementException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidPlacementException(String message) {
    super(message);
  }
}
