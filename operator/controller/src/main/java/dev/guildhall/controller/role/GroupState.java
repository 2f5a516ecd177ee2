package dev.guildhall.controller.role;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A group as it is.
 *
 * @param id which group
 * @param set its StatefulSet
 * @param pods its pods
 * @param trouble asks why it is not ready, for people; empty where nothing is known
 */
record GroupState(GroupId id, StatefulSet set, List<Pod> pods, Supplier<String> trouble) {

  /** Label that names a pod's version. */
  static final String REVISION = "controller-revision-hash";

  /** Whether every rank runs the wanted version and is ready. */
  boolean isReady() {
    return serves() && isCurrent();
  }

  /** Whether every rank is ready, in whichever version it is. */
  boolean serves() {
    return pods.size() == set.getSpec().getReplicas()
        && pods.stream().allMatch(PodFacts::isReady)
        && pods.stream()
                .map(pod -> Objects.toString(pod.getMetadata().getLabels().get(REVISION)))
                .distinct()
                .count()
            == 1;
  }

  /** Whether some of its ranks are ready and others are not, or are not there. */
  boolean isTorn() {
    return !serves() && pods.stream().anyMatch(PodFacts::isReady);
  }

  /** Whether that is more than ranks becoming ready, or unready, one after the other. */
  boolean isTorn(Instant now) {
    return isTorn()
        && pods.stream()
            .filter(PodFacts::isReady)
            .allMatch(pod -> PodFacts.isReadySince(pod, now.minus(GroupReadiness.SETTLES)));
  }

  /**
   * Whether it has been ready for a while, so that whoever looks once a second and asks name
   * servers has found it.
   */
  boolean isSettled(Instant now) {
    return isReady()
        && pods.stream()
            .allMatch(pod -> PodFacts.isReadySince(pod, now.minus(GroupReadiness.SETTLES)));
  }

  /** Whether its StatefulSet was made of this digest of what is asked for. */
  boolean isAsked(String asked) {
    return asked.equals(PodVersion.of(set).asked());
  }

  /** Whether no pod is of an earlier version than the StatefulSet wants. */
  boolean isCurrent() {
    return isObserved() && outdated().isEmpty();
  }

  /**
   * Pods of an earlier version than the StatefulSet wants; none while its controller has not looked
   * at it yet.
   */
  List<Pod> outdated() {
    return isObserved()
        ? pods.stream()
            .filter(
                pod ->
                    !set.getStatus()
                        .getUpdateRevision()
                        .equals(pod.getMetadata().getLabels().get(REVISION)))
            .toList()
        : List.of();
  }

  private boolean isObserved() {
    var status = set.getStatus();
    return status != null
        && status.getUpdateRevision() != null
        && set.getMetadata().getGeneration().equals(status.getObservedGeneration());
  }
}
