package dev.guildhall.engine.cuda;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Files that take the place of the system's driver and of the kernels built in. The environment
 * variable {@code GUILDHALL_CUDA_DRIVER} names a folder with {@code libcuda.so.1} and {@code
 * kernels.so}, as {@code standin/build.sh} prints it; a system property names one file and wins.
 */
final class Substitutes {
  static final String FOLDER = "GUILDHALL_CUDA_DRIVER";
  static final String DRIVER = "guildhall.cuda.driver";
  static final String KERNELS = "guildhall.cuda.kernels";

  private Substitutes() {}

  /** A driver library other than the system's. */
  static Optional<Path> driver() {
    return file(DRIVER, "libcuda.so.1");
  }

  /** A file of kernels other than those built in. */
  static Optional<Path> kernels() {
    return file(KERNELS, "kernels.so");
  }

  private static Optional<Path> file(String property, String name) {
    return Optional.ofNullable(System.getProperty(property))
        .map(Path::of)
        .or(() -> Optional.ofNullable(System.getenv(FOLDER)).map(f -> Path.of(f, name)));
  }
}
