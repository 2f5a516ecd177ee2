package dev.guildhall.cli.bench;

import dev.guildhall.devcluster.AuditEvent;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Many small deployments applied at once: how long until each is Ready, and what it costs. */
final class FleetBench {

  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final String API = "guildhall.dev/v1alpha1";

  /**
   * @param readySeconds from the apply of all to each one's condition Ready
   * @param writes API writes of the operator per deployment by verb and resource
   * @param memoryBytes resident memory of the operator afterwards
   * @param reconciliations lines of the operator's own timers
   */
  record Result(
      List<Double> readySeconds,
      Map<String, Double> writes,
      long memoryBytes,
      List<String> reconciliations) {}

  private final BenchCluster bench;

  FleetBench(BenchCluster bench) {
    this.bench = bench;
  }

  Result run(int deployments) throws IOException {
    if (deployments == 0) {
      return new Result(List.of(), Map.of(), bench.operatorMemoryBytes(), List.of());
    }
    Arrivals<GenericKubernetesResource> arrivals = new Arrivals<>(FleetBench::isReady);
    try (var _ =
        bench
            .client()
            .genericKubernetesResources(API, "ModelDeployment")
            .inNamespace(Manifests.NAMESPACE)
            .inform(arrivals)) {
      long mark = bench.cluster().auditLog().mark();
      long start = System.nanoTime();
      bench.cluster().apply(manifests(deployments));
      arrivals.awaitReady(deployments, LIMIT);
      List<Double> seconds =
          arrivals.readyAt().values().stream().map(at -> (at - start) / 1e9).toList();
      return new Result(
          seconds,
          writes(mark, deployments),
          bench.operatorMemoryBytes(),
          bench.metrics().stream().filter(FleetBench::isTimer).toList());
    }
  }

  private static String manifests(int deployments) {
    return IntStream.range(0, deployments)
        .mapToObj(i -> Manifests.deployment("fleet-%03d".formatted(i), 1, 1))
        .collect(Collectors.joining());
  }

  private Map<String, Double> writes(long mark, int deployments) {
    return bench.cluster().auditLog().since(mark).stream()
        .filter(event -> event.user().equals(BenchCluster.OPERATOR))
        .filter(AuditEvent::writes)
        .filter(event -> !event.resource().equals("leases"))
        .collect(
            Collectors.groupingBy(
                FleetBench::what,
                TreeMap::new,
                Collectors.collectingAndThen(
                    Collectors.counting(), count -> (double) count / deployments)));
  }

  private static String what(AuditEvent event) {
    String resource =
        event.subresource().isEmpty()
            ? event.resource()
            : event.resource() + "/" + event.subresource();
    return event.verb() + " " + resource;
  }

  private static boolean isReady(GenericKubernetesResource deployment) {
    return deployment.get("status", "conditions") instanceof List<?> conditions
        && conditions.stream()
            .map(condition -> (Map<?, ?>) condition)
            .anyMatch(c -> "Ready".equals(c.get("type")) && "True".equals(c.get("status")));
  }

  private static boolean isTimer(String line) {
    return line.startsWith("operator_sdk_")
        && (line.contains("_seconds_sum")
            || line.contains("_seconds_count")
            || line.contains("_seconds_max"));
  }
}
