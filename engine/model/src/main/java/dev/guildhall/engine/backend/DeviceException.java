package dev.guildhall.engine.backend;

/** A device, its driver or its memory is not as a backend needs it; the message says what to do. */
public abstract class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names what failed. */
  protected DeviceException(String message) {
    super(message);
  }

  /** The same with its cause. */
  protected DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
