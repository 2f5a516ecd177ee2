package dev.guildhall.engine.model;

/** The tensors of a folder are not those that its configuration asks for. */
public final class TensorMismatchException extends ModelException {
  private static final long serialVersionUID = 1L;

  /** Names the tensor and what was expected. */
  public TensorMismatchException(String message) {
    super(message);
  }
}
