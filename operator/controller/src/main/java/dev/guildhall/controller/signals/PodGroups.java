package dev.guildhall.controller.signals;

import dev.guildhall.controller.kube.PodHttp;
import dev.guildhall.controller.signals.Snapshot.SeenGroup;
import dev.guildhall.crds.GuildhallApi;
import dev.guildhall.planner.scaling.GroupPhase;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Where groups are in their lives, read off their pods. */
final class PodGroups {

  private PodGroups() {}

  static Map<String, SeenGroup> of(List<Pod> pods) {
    return pods.stream()
        .collect(
            Collectors.groupingBy(
                pod -> pod.getMetadata().getLabels().get(GuildhallApi.GROUP_LABEL),
                Collectors.collectingAndThen(Collectors.toList(), PodGroups::group)));
  }

  private static SeenGroup group(List<Pod> pods) {
    var role = pods.getFirst().getMetadata().getLabels().get(GuildhallApi.ROLE_LABEL);
    int ready = (int) pods.stream().filter(PodHttp::isReady).count();
    long made =
        pods.stream()
            .mapToLong(pod -> millis(pod.getMetadata().getCreationTimestamp()))
            .min()
            .orElseThrow();
    if (pods.stream().anyMatch(pod -> pod.getMetadata().getDeletionTimestamp() != null)) {
      return new SeenGroup(role, ready, GroupPhase.DRAINING, made, Double.NaN);
    }
    if (ready == pods.size()) {
      long since = pods.stream().mapToLong(PodGroups::readySince).max().orElseThrow();
      return new SeenGroup(role, ready, GroupPhase.READY, since, (since - made) / 1e3);
    }
    boolean bound = pods.stream().allMatch(pod -> pod.getSpec().getNodeName() != null);
    var phase = bound ? GroupPhase.STARTING : GroupPhase.PENDING;
    return new SeenGroup(role, ready, phase, made, Double.NaN);
  }

  private static long readySince(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("Ready"))
        .mapToLong(c -> millis(c.getLastTransitionTime()))
        .findFirst()
        .orElse(0);
  }

  private static long millis(String time) {
    return time == null ? 0 : Instant.parse(time).toEpochMilli();
  }
}
