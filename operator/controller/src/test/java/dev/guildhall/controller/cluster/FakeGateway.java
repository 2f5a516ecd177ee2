package dev.guildhall.controller.cluster;

import dev.guildhall.devcluster.DevCluster;
import java.io.IOException;
import java.util.function.Supplier;

/** A pod that the API server takes for a ready replica of the gateway, and its metrics. */
final class FakeGateway implements AutoCloseable {
  /** Nobody else's; all of 127.0.0.0/8 is this machine. */
  private static final String ADDRESS = "127.77.0.1";

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: gateway
        namespace: guildhall-system
        labels:
          app.kubernetes.io/part-of: guildhall
          app.kubernetes.io/component: gateway
      spec:
        # No node may take it: its status is this class's.
        schedulingGates: [{name: guildhall.dev/test}]
        containers: [{name: gateway, image: nothing}]
      """;

  private static final String STATUS =
      """
      {"status": {"podIP": "%s", "podIPs": [{"ip": "%s"}],
        "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
        "containerStatuses": [{"name": "gateway", "image": "nothing", "imageID": "", "ready": true, "restartCount": 0}]}}
      """
          .formatted(ADDRESS, ADDRESS);

  private final DevCluster cluster;
  private final PlayedPage metrics;

  /**
   * @param page its metrics, asked each time that somebody reads them
   */
  FakeGateway(DevCluster cluster, Supplier<String> page) throws IOException {
    this.cluster = cluster;
    metrics = new PlayedPage(ADDRESS, page);
    cluster.apply(POD);
    cluster.kubectl(
        "-n",
        "guildhall-system",
        "patch",
        "pod",
        "gateway",
        "--subresource=status",
        "--type=merge",
        "-p",
        STATUS);
  }

  @Override
  public void close() {
    metrics.close();
    cluster.kubectl(
        "-n", "guildhall-system", "delete", "pod", "gateway", "--force", "--grace-period=0");
  }
}
