package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.BackendLostException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Notices that a device has failed for good: the driver then answers every call with an error,
 * until the process ends.
 */
final class DeviceHealth {
  private final Device device;
  private volatile String lost;

  DeviceHealth(Device device) {
    this.device = device;
  }

  /**
   * Runs work on the device.
   *
   * @throws BackendLostException if the device fails, or has failed
   */
  <T> T guard(Supplier<T> work) {
    if (lost != null) {
      throw new BackendLostException(lost, null);
    }
    try {
      return work.get();
    } catch (CudaException e) {
      if (device.answers()) {
        throw e;
      }
      lost =
          "%s is lost, its process must be restarted: %s".formatted(device.name(), e.getMessage());
      throw new BackendLostException(lost, e);
    }
  }

  Optional<String> lostBecause() {
    return Optional.ofNullable(lost);
  }
}
