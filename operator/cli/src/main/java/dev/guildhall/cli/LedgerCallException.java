package dev.guildhall.cli;

import java.net.URI;

/** The ledger refused a call. */
public final class LedgerCallException extends RuntimeException {
  private final int status;

  LedgerCallException(URI ledger, int status, String body) {
    super("the ledger at " + ledger + " answered " + status + ": " + body);
    this.status = status;
  }

  /** HTTP status. */
  public int status() {
    return status;
  }
}
