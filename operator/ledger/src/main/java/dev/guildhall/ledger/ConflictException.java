package dev.guildhall.ledger;

/** The ledger holds another fact under the same id; nothing was written. */
public final class ConflictException extends RuntimeException {
  private final String code;

  /** With a machine-readable code and what differs. */
  public ConflictException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** Machine-readable code. */
  public String code() {
    return code;
  }
}
