package dev.guildhall.controller.cluster;

import com.sun.net.httpserver.HttpServer;
import dev.guildhall.devcluster.DevCluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A pod that the API server takes for a ready replica of the gateway, and its metrics: each time
 * they are read, calls of both versions have ended.
 */
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
  private final HttpServer server;
  private int reads;
  private int failed;
  private volatile boolean fails;

  FakeGateway(DevCluster cluster) throws IOException {
    this.cluster = cluster;
    server = HttpServer.create(new InetSocketAddress(ADDRESS, 9090), 0);
    server.createContext(
        "/metrics",
        exchange -> {
          var page = page().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, page.length);
          try (var body = exchange.getResponseBody()) {
            body.write(page);
          }
        });
    server.start();
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

  /** From now on the new version fails some of its calls, or none. */
  void canaryFails(boolean some) {
    fails = some;
  }

  private synchronized String page() {
    reads++;
    failed += fails ? 3 : 0;
    return """
        guildhall_gateway_lane_calls_total{model="small-v3",lane="canary",result="ok"} %d
        guildhall_gateway_lane_calls_total{model="small-v3",lane="canary",result="failed"} %d
        guildhall_gateway_lane_calls_total{model="small-v3",lane="stable",result="ok"} %d
        """
        .formatted(reads * 10, failed, reads * 40);
  }

  @Override
  public void close() {
    server.stop(0);
    cluster.kubectl(
        "-n", "guildhall-system", "delete", "pod", "gateway", "--force", "--grace-period=0");
  }
}
