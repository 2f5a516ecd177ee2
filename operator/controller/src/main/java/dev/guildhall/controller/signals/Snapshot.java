package dev.guildhall.controller.signals;

import dev.guildhall.planner.scaling.GroupPhase;
import java.util.Map;

/**
 * What a deployment's ranks and the gateway said at one time.
 *
 * @param atMillis when, milliseconds of the epoch
 * @param groups those that have pods, by name
 * @param ranks pages of ready ranks, by something that differs from one start of a rank to the next
 * @param gateways pages of the gateway's replicas, likewise
 */
public record Snapshot(
    long atMillis,
    Map<String, SeenGroup> groups,
    Map<String, RankPage> ranks,
    Map<String, MetricsPage> gateways) {

  /**
   * A group with pods.
   *
   * @param role of the deployment
   * @param readyRanks pods that are ready
   * @param phase where it is in its life, were these all its pods
   * @param sinceMillis when it entered the phase
   * @param startSeconds from its first pod's making to its last one's readiness; NaN before that
   */
  public record SeenGroup(
      String role, int readyRanks, GroupPhase phase, long sinceMillis, double startSeconds) {}

  /** A rank's page. */
  public record RankPage(String role, String group, MetricsPage page) {}
}
