package dev.guildhall.engine.backend;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A kind of backend, found by {@link java.util.ServiceLoader}; the name is what a deployment's
 * {@code backend} field says.
 */
public interface BackendProvider {

  /** {@code cpu}, {@code cuda}. */
  String name();

  /** Why this backend cannot run here, or empty if it can. */
  Optional<String> unusableBecause();

  /**
   * Opens the model in {@code folder}.
   *
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  Backend open(Path folder, BackendOptions options);
}
