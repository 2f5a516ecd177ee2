package dev.guildhall.cli.up;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a person would look at first when the platform does not come up: how its pods and the
 * model's are, and what each of them said last.
 */
final class Diagnosis {

  private static final int LINES = 8;
  private static final int LONGEST_LINE = 300;

  private final KubernetesClient client;

  Diagnosis(KubernetesClient client) {
    this.client = client;
  }

  /** For people; never throws, since it is wanted where something went wrong already. */
  String text() {
    try {
      return Stream.of(Charts.NAMESPACE, Quickstart.NAMESPACE)
          .flatMap(namespace -> client.pods().inNamespace(namespace).list().getItems().stream())
          .map(this::text)
          .collect(Collectors.joining("\n"));
    } catch (RuntimeException e) {
      return "pods cannot be looked at: " + e.getMessage();
    }
  }

  private String text(Pod pod) {
    return "%s/%s: %s, %s, %d restarts\n%s"
        .formatted(
            pod.getMetadata().getNamespace(),
            pod.getMetadata().getName(),
            pod.getStatus().getPhase(),
            Readiness.isPodReady(pod) ? "ready" : "not ready",
            containers(pod).stream().mapToInt(ContainerStatus::getRestartCount).sum(),
            log(pod)
                .lines()
                .map(line -> "  " + line.substring(0, Math.min(line.length(), LONGEST_LINE)))
                .collect(Collectors.joining("\n")));
  }

  private static List<ContainerStatus> containers(Pod pod) {
    var containers = pod.getStatus().getContainerStatuses();
    return containers == null ? List.of() : containers;
  }

  private String log(Pod pod) {
    var waiting =
        containers(pod).stream()
            .map(container -> container.getState().getWaiting())
            .filter(Objects::nonNull)
            .findFirst();
    if (waiting.isPresent()) {
      return "waiting: %s %s"
          .formatted(waiting.get().getReason(), Objects.toString(waiting.get().getMessage(), ""));
    }
    try {
      return client.pods().resource(pod).tailingLines(LINES).getLog();
    } catch (KubernetesClientException e) {
      return "no log: " + e.getMessage();
    }
  }
}
