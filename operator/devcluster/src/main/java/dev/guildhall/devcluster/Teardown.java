package dev.guildhall.devcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/**
 * Removes all that a cluster made on this machine. Safe to run on a half-dead or absent cluster.
 */
final class Teardown {

  /** Those that use others stop before them. */
  private static final List<String> ORDER =
      List.of("kwok", "kube-controller-manager", "kube-scheduler", "kube-apiserver", "etcd");

  private static final Duration GRACE = Duration.ofSeconds(8);

  private final Layout layout;
  private final Processes processes;
  private final Binaries binaries;

  Teardown(Layout layout, Processes processes, Binaries binaries) {
    this.layout = layout;
    this.processes = processes;
    this.binaries = binaries;
  }

  void run() throws IOException {
    if (!Files.exists(layout.root())) {
      return;
    }
    for (String name : ORDER) {
      processes.stop(name, GRACE);
    }
    Cache.deleteTree(layout.root());
  }
}
