package dev.guildhall.engine.backend;

/** Some expert of a step could not be computed because the rank that holds it did not answer. */
public class ExpertsUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names the rank, the layer and what was tried. */
  public ExpertsUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
