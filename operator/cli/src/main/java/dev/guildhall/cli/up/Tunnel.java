package dev.guildhall.cli.up;

import dev.guildhall.devcluster.DevClusterException;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.net.URI;

/**
 * A way from this machine to one ready pod of a component of {@code guildhall-system}, through the
 * API server, so that it works with any cluster.
 */
final class Tunnel implements AutoCloseable {

  private final LocalPortForward forward;

  private Tunnel(LocalPortForward forward) {
    this.forward = forward;
  }

  /**
   * Opens one to the port named {@code http}.
   *
   * @param component such as {@code gateway}
   * @throws DevClusterException if the component has no ready pod
   */
  static Tunnel to(Platform platform, String component) {
    Pod pod =
        platform
            .client()
            .pods()
            .inNamespace(Charts.NAMESPACE)
            .withLabel("app.kubernetes.io/name", "guildhall-" + component)
            .list()
            .getItems()
            .stream()
            .filter(Readiness::isPodReady)
            .findFirst()
            .orElseThrow(
                () -> new DevClusterException("guildhall-" + component + " has no ready pod"));
    int port =
        pod.getSpec().getContainers().getFirst().getPorts().stream()
            .filter(p -> "http".equals(p.getName()))
            .map(ContainerPort::getContainerPort)
            .findFirst()
            .orElse(8080);
    return new Tunnel(
        platform
            .client()
            .pods()
            .inNamespace(Charts.NAMESPACE)
            .withName(pod.getMetadata().getName())
            .portForward(port));
  }

  /** An address on this machine. */
  URI address() {
    return URI.create("http://127.0.0.1:" + forward.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    forward.close();
  }
}
