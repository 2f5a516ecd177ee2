package dev.guildhall.engine.cuda.toolchain;

/** NVIDIA's tools could not be installed or refused their input; the message says what to do. */
public final class ToolchainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that says what was wrong, where, and what to do. */
  public ToolchainException(String message) {
    super(message);
  }

  /** With the cause. */
  public ToolchainException(String message, Throwable cause) {
    super(message, cause);
  }
}
