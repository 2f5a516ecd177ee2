package dev.guildhall.engine.cluster;

/** A placement does not fit the model or the number of ranks. */
public final class InvalidPlacementException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidPlacementException(String message) {
    super(message);
  }
}
