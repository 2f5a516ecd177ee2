package dev.guildhall.devcluster;

/** A development cluster could not be built, started or reached; the message says what to do. */
public final class DevClusterException extends RuntimeException {

  /** With a message that says what was wrong, where, and what to do. */
  public DevClusterException(String message) {
    super(message);
  }

  /** With the cause. */
  public DevClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
