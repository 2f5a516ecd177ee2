package dev.guildhall.planner.scaling;

import java.util.List;

/**
 * One role of a deployment as it is.
 *
 * @param name name of the role
 * @param kind what its groups compute
 * @param layout names the layout of a group; a group may move only to a role of the same layout
 * @param gpusPerGroup GPUs of one group
 * @param minGroups fewest groups; 0 lets the role sleep
 * @param maxGroups most groups
 * @param redundantExperts redundant experts per layer now
 * @param maxRedundantExperts most that fit
 * @param redundantKvShare share of the latent cache that one rank would gain if the role had no
 *     redundant experts, 0 to 1
 * @param ratedTokensPerSecond prompt tokens per second of one full group by the physical plan,
 *     until measured
 * @param cacheTokens tokens that the latent cache of one group holds
 * @param idleTokenSeconds shortest time per output token that a group was seen to need
 * @param idleRunning requests that ran in that group then: with more than a few, an idle group may
 *     need less
 * @param startSeconds from wanting a group to its first request
 * @param groups those that exist
 * @param samples what groups said, in any order; may name groups that are gone
 * @param demand what the gateway said; null where it said nothing
 */
public record RoleState(
    String name,
    RoleKind kind,
    String layout,
    int gpusPerGroup,
    int minGroups,
    int maxGroups,
    int redundantExperts,
    int maxRedundantExperts,
    double redundantKvShare,
    double ratedTokensPerSecond,
    double cacheTokens,
    double idleTokenSeconds,
    double idleRunning,
    double startSeconds,
    List<Group> groups,
    List<GroupSample> samples,
    DemandSample demand) {

  private static final double FEW_RUNNING = 2;

  /** Keeps copies. */
  public RoleState {
    groups = List.copyOf(groups);
    samples = List.copyOf(samples);
  }

  /** Groups that serve or will serve: all but the draining ones. */
  public int credited() {
    return groups.size() - count(GroupPhase.DRAINING);
  }

  /** Whether a group with next to nothing to do has been seen. */
  boolean knowsIdle() {
    return idleRunning <= FEW_RUNNING;
  }

  int count(GroupPhase phase) {
    return (int) groups.stream().filter(group -> group.phase() == phase).count();
  }

  List<Group> ready() {
    return groups.stream().filter(group -> group.phase() == GroupPhase.READY).toList();
  }
}
