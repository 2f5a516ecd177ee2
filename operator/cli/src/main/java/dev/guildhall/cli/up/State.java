package dev.guildhall.cli.up;

import dev.guildhall.devcluster.DevCluster;
import dev.guildhall.devcluster.Level;
import dev.guildhall.devcluster.Options;
import dev.guildhall.devcluster.Progress;
import java.nio.file.Path;
import java.util.Optional;

/** Which cluster the commands mean: the one of {@code KUBECONFIG}, or this machine's own. */
final class State {

  private State() {}

  /** Where this machine's own cluster keeps its files: {@code GUILDHALL_STATE}. */
  static Path folder() {
    String own = System.getenv("GUILDHALL_STATE");
    return Path.of(own == null || own.isBlank() ? "/var/lib/guildhall" : own).toAbsolutePath();
  }

  static DevCluster own(Progress progress) {
    return DevCluster.at(folder(), Options.of(Level.FULL), progress);
  }

  /** The kubeconfig that the user gave, unless it is our own cluster's. */
  static Optional<Path> given() {
    return given(System.getenv("KUBECONFIG"), own(Progress.silent()).kubeconfig());
  }

  static Optional<Path> given(String variable, Path own) {
    if (variable == null || variable.isBlank()) {
      return Optional.empty();
    }
    Path given = Path.of(variable).toAbsolutePath();
    return given.equals(own) ? Optional.empty() : Optional.of(given);
  }
}
