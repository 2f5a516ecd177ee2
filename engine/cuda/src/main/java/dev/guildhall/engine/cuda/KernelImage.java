package dev.guildhall.engine.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The compiled kernels: the fatbin that the build leaves beside this class, or the file that {@link
 * Substitutes} names.
 */
final class KernelImage {
  private static final String RESOURCE = "kernels.fatbin";

  private KernelImage() {}

  static Optional<String> unusableBecause() {
    Optional<Path> file = Substitutes.kernels();
    if (file.isPresent()) {
      return file.filter(f -> !Files.isReadable(f)).map(f -> "cannot read the kernels in " + f);
    }
    return KernelImage.class.getResource(RESOURCE) != null
        ? Optional.empty()
        : Optional.of("the build had no nvcc: there are no kernels in this program");
  }

  static byte[] read() {
    Optional<Path> file = Substitutes.kernels();
    try (InputStream in =
        file.isPresent()
            ? Files.newInputStream(file.get())
            : KernelImage.class.getResourceAsStream(RESOURCE)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the kernels", e);
    }
  }
}
