package dev.guildhall.cli.up;

import dev.guildhall.devcluster.DevClusterException;

/** Waits for a workload's new version; a failure says what its pods say. */
final class Rollout {

  private static final int ATTEMPTS = 6;

  private Rollout() {}

  /** Waits up to ten minutes, in pieces that end early when the version is there. */
  static void await(Platform platform, String namespace, String workload) {
    for (int attempt = 1; ; attempt++) {
      try {
        platform.kubectl("-n", namespace, "rollout", "status", workload, "--timeout=100s");
        return;
      } catch (DevClusterException notYet) {
        if (attempt == ATTEMPTS) {
          String pods = platform.kubectl("-n", namespace, "get", "pods", "-o", "wide");
          throw new DevClusterException(
              "%s did not become ready: %s\n%s\nIts events: ./guildhall kubectl -n %s describe pods"
                  .formatted(workload, notYet.getMessage(), pods, namespace),
              notYet);
        }
      }
    }
  }
}
