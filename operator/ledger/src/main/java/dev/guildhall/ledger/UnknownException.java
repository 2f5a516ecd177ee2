package dev.guildhall.ledger;

/** What the request refers to is not in the ledger. */
public final class UnknownException extends RuntimeException {
  private final String code;

  /** With a machine-readable code and what is missing. */
  public UnknownException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** Machine-readable code. */
  public String code() {
    return code;
  }
}
