package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.BackendProvider;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The CUDA backend, on the first device that the driver shows, or that of the stand-in which the
 * environment variable {@code GUILDHALL_CUDA_DRIVER} names.
 */
public final class CudaBackendProvider implements BackendProvider {

  @Override
  public String name() {
    return "cuda";
  }

  /** Driver, device and kernels are looked at; kernels are loaded once to see that they fit. */
  @Override
  public Optional<String> unusableBecause() {
    return Driver.unusableBecause()
        .or(KernelImage::unusableBecause)
        .or(CudaBackendProvider::kernelsDoNotFit);
  }

  private static Optional<String> kernelsDoNotFit() {
    try (Device device = new Device()) {
      new Kernels(device, KernelImage.read()).close();
      return Optional.empty();
    } catch (CudaException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * Opens a folder.
   *
   * @throws dev.guildhall.engine.model.ModelException saying what is wrong with the folder
   * @throws CudaException if the device has not enough memory, naming what did not fit
   */
  @Override
  public Backend open(Path folder, BackendOptions options) {
    return new CudaBackend(folder, options);
  }
}
