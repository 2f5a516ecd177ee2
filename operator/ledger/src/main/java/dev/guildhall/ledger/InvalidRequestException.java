package dev.guildhall.ledger;

/** A field of a request does not hold what it must; the message says what it must. */
public final class InvalidRequestException extends RuntimeException {
  private final String field;

  /** Names the field by its path, such as {@code events[0].gpus}. */
  public InvalidRequestException(String field, String message) {
    super(field + ": " + message);
    this.field = field;
  }

  /** Path of the field. */
  public String field() {
    return field;
  }
}
