package dev.guildhall.controller.role;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a rank's pod says about itself. */
final class PodFacts {

  private static final Set<String> HARMLESS = Set.of("ContainerCreating", "PodInitializing");

  private PodFacts() {}

  static boolean isReady(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && condition(pod, "Ready").filter(c -> c.getStatus().equals("True")).isPresent()
        && !ModelPath.isReadyFromBefore(pod);
  }

  /** Since when it is ready, as Kubernetes writes it; empty where it is not. */
  static Optional<String> readySince(Pod pod) {
    return condition(pod, "Ready")
        .filter(c -> c.getStatus().equals("True"))
        .map(PodCondition::getLastTransitionTime);
  }

  /** Whether it became ready no later than then. */
  static boolean isReadySince(Pod pod, Instant then) {
    return condition(pod, "Ready")
        .filter(c -> c.getStatus().equals("True") && c.getLastTransitionTime() != null)
        .filter(c -> !Instant.parse(c.getLastTransitionTime()).isAfter(then))
        .isPresent();
  }

  /** Whether the scheduler found no node for it. */
  static boolean isUnschedulable(Pod pod) {
    return isUnschedulableSince(pod, Instant.MAX);
  }

  /** Whether it has found none since then, or longer. */
  static boolean isUnschedulableSince(Pod pod, Instant then) {
    return condition(pod, "PodScheduled")
        .filter(c -> c.getStatus().equals("False") && "Unschedulable".equals(c.getReason()))
        .filter(c -> c.getLastTransitionTime() != null)
        .filter(c -> !Instant.parse(c.getLastTransitionTime()).isAfter(then))
        .isPresent();
  }

  /** Whether the scheduler had found a node for it by then. */
  static boolean isScheduledSince(Pod pod, Instant then) {
    return condition(pod, "PodScheduled")
        .filter(c -> c.getStatus().equals("True") && c.getLastTransitionTime() != null)
        .filter(c -> !Instant.parse(c.getLastTransitionTime()).isAfter(then))
        .isPresent();
  }

  static boolean isBound(Pod pod) {
    return pod.getSpec().getNodeName() != null;
  }

  /** What keeps the pod from running, in the words of scheduler or kubelet. */
  static Optional<String> trouble(Pod pod) {
    var unscheduled =
        condition(pod, "PodScheduled")
            .filter(c -> c.getStatus().equals("False"))
            .map(c -> said(pod, c.getReason(), c.getMessage()));
    return unscheduled.or(
        () -> containers(pod).flatMap(container -> trouble(pod, container)).findFirst());
  }

  private static Stream<String> trouble(Pod pod, ContainerStatus container) {
    var waiting = container.getState() == null ? null : container.getState().getWaiting();
    var last = container.getLastState() == null ? null : container.getLastState().getTerminated();
    if (waiting == null || HARMLESS.contains(waiting.getReason())) {
      return Stream.empty();
    }
    var words =
        last == null || last.getMessage() == null
            ? waiting.getMessage()
            : last.getMessage().strip();
    return Stream.of(said(pod, waiting.getReason(), words));
  }

  private static String said(Pod pod, String reason, String message) {
    return "%s: %s%s"
        .formatted(pod.getMetadata().getName(), reason, message == null ? "" : ": " + message);
  }

  private static Stream<ContainerStatus> containers(Pod pod) {
    return pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null
        ? Stream.empty()
        : pod.getStatus().getContainerStatuses().stream();
  }

  private static Optional<PodCondition> condition(Pod pod, String type) {
    var conditions = pod.getStatus() == null ? null : pod.getStatus().getConditions();
    return (conditions == null ? List.<PodCondition>of() : conditions)
        .stream().filter(c -> c.getType().equals(type)).findFirst();
  }
}
