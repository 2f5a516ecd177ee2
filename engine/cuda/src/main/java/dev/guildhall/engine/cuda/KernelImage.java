package dev.guildhall.engine.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The compiled kernels: the fatbin that the build leaves beside this class, or the file that the
 * system property {@code guildhall.cuda.kernels} names.
 */
final class KernelImage {
  static final String PROPERTY = "guildhall.cuda.kernels";
  private static final String RESOURCE = "kernels.fatbin";

  private KernelImage() {}

  static Optional<String> unusableBecause() {
    String file = System.getProperty(PROPERTY);
    if (file != null) {
      return Files.isReadable(Path.of(file))
          ? Optional.empty()
          : Optional.of(PROPERTY + " names " + file + ", which cannot be read");
    }
    return KernelImage.class.getResource(RESOURCE) != null
        ? Optional.empty()
        : Optional.of("the build had no nvcc: there are no kernels in this program");
  }

  static byte[] read() {
    String file = System.getProperty(PROPERTY);
    try (InputStream in =
        file == null
            ? KernelImage.class.getResourceAsStream(RESOURCE)
            : Files.newInputStream(Path.of(file))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the kernels", e);
    }
  }
}
