package dev.guildhall.engine.cpu;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.BackendProvider;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The CPU backend. System properties: {@code guildhall.cpu.kernels}, the forms of kernels in order
 * of preference (default {@code native,vector,java}); {@code guildhall.cpu.threads}, how many
 * threads compute (default: the processors available).
 */
public final class CpuBackendProvider implements BackendProvider {
  static final String THREADS = "guildhall.cpu.threads";

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Optional<String> unusableBecause() {
    return Optional.empty();
  }

  /**
   * Opens a folder.
   *
   * @throws dev.guildhall.engine.model.ModelException saying what is wrong with the folder
   * @throws IllegalArgumentException if an option or property is out of range
   */
  @Override
  public Backend open(Path folder, BackendOptions options) {
    return new CpuBackend(
        folder, options, new Compute(KernelChoice.kernels(), new Workers(threads())));
  }

  private static int threads() {
    int threads = Integer.getInteger(THREADS, Runtime.getRuntime().availableProcessors());
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException(THREADS + " is " + threads + ": from 1 to 1024");
    }
    return threads;
  }
}
