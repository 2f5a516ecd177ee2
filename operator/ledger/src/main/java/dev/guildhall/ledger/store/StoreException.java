package dev.guildhall.ledger.store;

/** The database cannot be used now; the caller may try again. */
public final class StoreException extends RuntimeException {
  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
