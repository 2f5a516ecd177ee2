package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.DeviceException;

/** A call of the CUDA driver failed, or a driver or device is not as it must be. */
public final class CudaException extends DeviceException {
  private static final long serialVersionUID = 1L;

  /** The driver's error code; 0 where the problem is not one of its. */
  private final int code;

  CudaException(int code, String message) {
    super(message);
    this.code = code;
  }

  CudaException(String message, Throwable cause) {
    super(message, cause);
    this.code = 0;
  }

  /** The driver's error code ({@code CUresult}); 0 where the problem is not one of its. */
  public int code() {
    return code;
  }
}
