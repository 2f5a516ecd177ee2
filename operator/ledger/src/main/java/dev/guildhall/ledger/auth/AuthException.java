package dev.guildhall.ledger.auth;

/** The caller is unknown (401), may not make this call (403), or cannot be checked now (503). */
public final class AuthException extends RuntimeException {
  private final int status;

  AuthException(int status, String message) {
    super(message);
    this.status = status;
  }

  AuthException(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** HTTP status. */
  public int status() {
    return status;
  }
}
