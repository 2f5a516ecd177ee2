package dev.guildhall.engine.model;

/**
 * A model folder cannot be used as it is. The message says which file, field or tensor is wrong and
 * what was expected; subclasses say what kind of thing it is.
 */
public class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A problem found by looking at the folder. */
  public ModelException(String message) {
    super(message);
  }

  /** A problem that an underlying error made visible. */
  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
