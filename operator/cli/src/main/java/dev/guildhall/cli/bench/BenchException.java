package dev.guildhall.cli.bench;

/** A measurement that did not come about; the message says what was awaited. */
final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BenchException(String message) {
    super(message);
  }
}
