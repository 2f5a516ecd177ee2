package dev.guildhall.cli.bench;

import dev.guildhall.cli.Checkout;
import dev.guildhall.devcluster.DevCluster;
import dev.guildhall.devcluster.FreePorts;
import dev.guildhall.devcluster.InspectionStage;
import dev.guildhall.devcluster.Level;
import dev.guildhall.devcluster.Options;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real control plane with fake nodes, and the packaged operator as a process beside it. */
final class BenchCluster implements AutoCloseable {

  static final String OPERATOR = "guildhall-operator";
  private static final String JAR = "operator/controller/target/quarkus-app/quarkus-run.jar";

  private final DevCluster cluster;
  private final KubernetesClient client;
  private final Process operator;
  private final int managementPort;

  private BenchCluster(DevCluster cluster, Process operator, int managementPort)
      throws IOException {
    this.cluster = cluster;
    this.operator = operator;
    this.managementPort = managementPort;
    this.client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Files.readString(cluster.kubeconfig())))
            .build();
  }

  static BenchCluster start(Path folder, int nodes) throws IOException {
    Path jar = Checkout.root().resolve(JAR);
    if (!Files.exists(jar)) {
      throw new BenchException(jar + " is missing; build it with ./mvnw -DskipTests package");
    }
    Options options =
        Options.of(Level.SCHEDULED)
            .withFakeNodes(nodes)
            .withStages(
                InspectionStage.of(
                    Files.readString(Checkout.sampleModel().resolve("config.json"))));
    DevCluster cluster = DevCluster.forTest(folder.resolve("c"), options);
    try {
      prepare(cluster);
      int port = FreePorts.choose(1).getFirst();
      Process operator = operator(cluster, jar, port, folder.resolve("operator.log"));
      return new BenchCluster(cluster, operator, port);
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static void prepare(DevCluster cluster) throws IOException {
    Path root = Checkout.root();
    cluster.kubectl("taint", "nodes", "--all", "kwok.x-k8s.io/node-");
    cluster.kubectl(
        "apply", "--server-side", "-f", root.resolve("charts/guildhall-crds/templates").toString());
    cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    cluster.apply(Manifests.SYSTEM);
    cluster.apply(
        Files.readString(root.resolve("operator/controller/src/main/kubernetes/rbac.yaml")));
    cluster.apply(Manifests.POOL);
  }

  private static Process operator(DevCluster cluster, Path jar, int port, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-jar",
            jar.toString());
    builder
        .environment()
        .putAll(
            Map.of(
                "KUBECONFIG",
                cluster.kubeconfig(OPERATOR).toString(),
                "GUILDHALL_MANAGEMENT_PORT",
                String.valueOf(port)));
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  DevCluster cluster() {
    return cluster;
  }

  KubernetesClient client() {
    return client;
  }

  /** The operator's metrics as Prometheus would read them. */
  List<String> metrics() throws IOException {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:%d/metrics".formatted(managementPort)))
                  .build(),
              BodyHandlers.ofString())
          .body()
          .lines()
          .toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted");
    }
  }

  /** Memory that the operator's process holds, in bytes (VmRSS). */
  long operatorMemoryBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/%d/status".formatted(operator.pid())))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new BenchException("the operator has ended");
  }

  @Override
  public void close() {
    client.close();
    operator.destroy();
    cluster.close();
  }
}
