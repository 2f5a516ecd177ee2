package dev.guildhall.planner.plan;

/**
 * A config.json that describes no model of the family; the message names the field and what it may
 * be.
 */
public final class InvalidModelException extends IllegalArgumentException {

  /** With a message that names the field. */
  public InvalidModelException(String message) {
    super(message);
  }
}
