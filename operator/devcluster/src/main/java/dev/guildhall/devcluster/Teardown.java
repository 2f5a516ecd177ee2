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
  private static final List<String> AGENTS = List.of("kubelet", "kube-proxy");

  private static final List<String> CONTROL =
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
    boolean node = Files.exists(layout.etc("kubelet.yaml"));
    NodeLinks links = new NodeLinks(layout);
    boolean owned = node && links.owned();
    stop(AGENTS);
    if (node) {
      Containerd containerd = new Containerd(layout, binaries);
      if (processes.running("containerd")) {
        containerd.removeContainers();
      }
      killShims();
    }
    stop(CONTROL);
    stop(List.of("containerd"));
    Mounts.unmountBelow(layout.root());
    if (owned) {
      Command.of(binaries.kubernetes("kube-proxy").toString(), "--cleanup", "--proxy-mode=nftables")
          .attempt();
      links.remove();
      Mounts.removeControlGroups();
    }
    Cache.deleteTree(layout.root());
  }

  private void stop(List<String> names) throws IOException {
    for (String name : names) {
      processes.stop(name, GRACE);
    }
  }

  /** Shims are not our children, but each names our socket on its command line. */
  private void killShims() {
    String socket = layout.containerdSocket().toString();
    ProcessHandle.allProcesses()
        .filter(p -> p.info().commandLine().orElse("").contains("containerd-shim-runc-v2"))
        .filter(p -> List.of(p.info().arguments().orElse(new String[0])).contains(socket))
        .forEach(ProcessHandle::destroyForcibly);
  }
}
