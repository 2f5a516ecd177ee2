package dev.guildhall.cli.serve;

import dev.guildhall.engine.server.Backends;
import picocli.CommandLine.Option;

/** The option {@code --backend}: what computes a model that is served or talked to. */
final class BackendOption {

  @Option(
      names = "--backend",
      defaultValue = "cpu",
      paramLabel = "NAME",
      description = "cpu, or cuda on the first GPU (default ${DEFAULT-VALUE}).")
  private String name;

  /**
   * Its name.
   *
   * @throws dev.guildhall.engine.server.InvalidOptionException if it cannot run here, with the
   *     reason
   */
  String usable() {
    return Backends.named(name).name();
  }
}
