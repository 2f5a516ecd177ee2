package dev.guildhall.engine.backend;

/**
 * The device or its driver failed, and this backend will not compute again: its process must be
 * restarted.
 */
public final class BackendLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names the device, the call and the kernel. */
  public BackendLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
