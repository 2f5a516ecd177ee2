package dev.guildhall.controller.status;

/**
 * A resource cannot get on until somebody changes something; the message names the field, the
 * number and what would do.
 */
public final class StalledException extends RuntimeException {

  private final String reason;

  /** With a CamelCase reason and a message for people. */
  public StalledException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** This, as a status says it. */
  public Outcome outcome() {
    return Outcome.stalled(reason, getMessage());
  }
}
