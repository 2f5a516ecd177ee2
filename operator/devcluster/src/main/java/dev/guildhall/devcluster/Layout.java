package dev.guildhall.devcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the files of one cluster are.
 *
 * @param root the state folder that the caller gave
 */
record Layout(Path root) {

  Layout {
    root = root.toAbsolutePath().normalize();
  }

  Path pki() {
    return root.resolve("pki");
  }

  Path pki(String file) {
    return pki().resolve(file);
  }

  Path etc(String file) {
    return root.resolve("etc").resolve(file);
  }

  Path log(String file) {
    return root.resolve("log").resolve(file);
  }

  Path run(String file) {
    return root.resolve("run").resolve(file);
  }

  Path data(String component) {
    return root.resolve(component);
  }

  Path kubeconfig(String user) {
    return etc(user + ".kubeconfig");
  }

  /** Unix sockets have paths of at most 107 bytes; the caller's folder must be short enough. */
  Path containerdSocket() {
    return root.resolve("run/containerd.sock");
  }

  Path cni() {
    return etc("cni");
  }

  void create() throws IOException {
    for (String folder : List.of("pki", "etc", "log", "run")) {
      Files.createDirectories(root.resolve(folder));
    }
  }
}
