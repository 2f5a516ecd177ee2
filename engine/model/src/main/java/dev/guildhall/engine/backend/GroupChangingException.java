package dev.guildhall.engine.backend;

/**
 * Some expert of a step was not computed because the group has just formed anew, or is about to:
 * the same step may be computed in a moment, with the same outcome.
 */
public final class GroupChangingException extends ExpertsUnavailableException {
  private static final long serialVersionUID = 1L;

  /** Names the rank, the layer and what was tried. */
  public GroupChangingException(String message, Throwable cause) {
    super(message, cause);
  }
}
