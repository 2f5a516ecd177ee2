package dev.guildhall.cli.up;

import dev.guildhall.devcluster.Command;
import dev.guildhall.devcluster.DevCluster;
import dev.guildhall.devcluster.DevClusterException;
import dev.guildhall.devcluster.Progress;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A cluster to install on.
 *
 * @param kubeconfig an administrator's
 * @param client connected with it
 * @param own this machine's cluster, or empty if the user gave one
 */
record Platform(Path kubeconfig, KubernetesClient client, Optional<DevCluster> own)
    implements AutoCloseable {

  /** Starts or repairs this machine's cluster, or connects to the given one. */
  static Platform start(Progress progress) throws IOException {
    Optional<Path> given = State.given();
    if (given.isPresent()) {
      return connect(given.get(), Optional.empty());
    }
    DevCluster cluster = State.own(progress);
    cluster.start();
    return connect(cluster.kubeconfig(), Optional.of(cluster));
  }

  /**
   * Runs kubectl: the built one, or for a given cluster the user's.
   *
   * @throws DevClusterException if it fails
   */
  String kubectl(String... arguments) {
    List<String> argv = new ArrayList<>();
    argv.add(own.map(cluster -> cluster.kubectl().toString()).orElse("kubectl"));
    argv.add("--kubeconfig=" + kubeconfig);
    argv.addAll(List.of(arguments));
    return Command.of(argv).run();
  }

  @Override
  public void close() {
    client.close();
  }

  private static Platform connect(Path kubeconfig, Optional<DevCluster> own) throws IOException {
    if (!Files.isReadable(kubeconfig)) {
      throw new DevClusterException(
          "KUBECONFIG names %s, which cannot be read: correct it, or unset it to use this machine's own cluster"
              .formatted(kubeconfig));
    }
    Config config = Config.fromKubeconfig(kubeconfig.toFile());
    KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
    try {
      client.getKubernetesVersion();
    } catch (KubernetesClientException e) {
      client.close();
      throw new DevClusterException(
          "the cluster of %s does not answer: %s".formatted(kubeconfig, e.getMessage()), e);
    }
    return new Platform(kubeconfig, client, own);
  }
}
