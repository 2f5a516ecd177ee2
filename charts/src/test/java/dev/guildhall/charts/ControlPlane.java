package dev.guildhall.charts;

import dev.guildhall.devcluster.DevCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** One real API server for all tests of this module; it ends with the JVM. */
final class ControlPlane {
  private static DevCluster cluster;

  private ControlPlane() {}

  /** The API server, with Guildhall's namespace and resource types in it. */
  static synchronized DevCluster shared() {
    if (cluster == null) {
      try {
        var started = DevCluster.controlPlane(Files.createTempDirectory("guildhall-charts"));
        started.apply(Files.readString(Checkout.ROOT.resolve("manifests/base/namespace.yaml")));
        started.kubectl(
            "apply",
            "--server-side",
            "-k",
            Checkout.ROOT.resolve("charts/guildhall-crds").toString());
        started.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
        for (var account : Checkout.ofKind(Checkout.render("default"), "ServiceAccount")) {
          started.apply(Chart.YAML.writeValueAsString(account));
        }
        cluster = started;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return cluster;
  }
}
