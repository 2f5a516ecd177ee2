package dev.guildhall.cli.serve;

/** Serving on this machine cannot start or go on; the message says what to do. */
public final class ServeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServeException(String message) {
    super(message);
  }
}
