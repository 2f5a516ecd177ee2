package dev.guildhall.controller.ledger;

/** The ledger will not take this, however often it is sent. */
public final class LedgerRefusedException extends RuntimeException {

  private final int status;

  LedgerRefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** HTTP status of the answer. */
  public int status() {
    return status;
  }
}
