package dev.guildhall.engine.server;

/** A rank is configured in a way that cannot work; the message says what to change. */
public final class InvalidOptionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidOptionException(String message) {
    super(message);
  }

  InvalidOptionException(String message, Throwable cause) {
    super(message, cause);
  }
}
