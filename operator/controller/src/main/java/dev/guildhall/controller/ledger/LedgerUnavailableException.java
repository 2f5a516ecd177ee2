package dev.guildhall.controller.ledger;

/** The ledger did not take or tell something now; the next pass tries again. */
public final class LedgerUnavailableException extends RuntimeException {

  LedgerUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
