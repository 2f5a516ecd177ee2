package dev.guildhall.controller.cluster;

import dev.guildhall.crds.GuildhallApi;
import dev.guildhall.devcluster.DevCluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** The fewest and the most groups that served at any time while something was done. */
record Served(int fewest, int most) {
  static final int RANKS = 4;

  /** What is done meanwhile. */
  interface Work {
    void run() throws InterruptedException;
  }

  /** Does something and counts meanwhile. */
  static Served during(DevCluster cluster, Work work) throws InterruptedException, IOException {
    var config = Config.fromKubeconfig(Files.readString(cluster.kubeconfig()));
    var stop = new AtomicBoolean();
    int[] bounds = {Integer.MAX_VALUE, 0};
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      var watcher =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!stop.get()) {
                      int serving = serving(client);
                      bounds[0] = Math.min(bounds[0], serving);
                      bounds[1] = Math.max(bounds[1], serving);
                    }
                  });
      try {
        work.run();
      } finally {
        stop.set(true);
        watcher.join();
      }
    }
    return new Served(bounds[0], bounds[1]);
  }

  private static int serving(KubernetesClient client) {
    return (int)
        client
            .pods()
            .inNamespace("quickstart")
            .withLabel(GuildhallApi.GROUP_LABEL)
            .list()
            .getItems()
            .stream()
            .filter(Served::isReady)
            .collect(
                Collectors.groupingBy(
                    pod -> pod.getMetadata().getLabels().get(GuildhallApi.GROUP_LABEL)))
            .values()
            .stream()
            .filter(pods -> pods.size() == RANKS)
            .filter(pods -> pods.stream().map(Served::version).distinct().count() == 1)
            .count();
  }

  private static boolean isReady(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  private static String version(Pod pod) {
    return pod.getMetadata().getLabels().get("controller-revision-hash");
  }
}
