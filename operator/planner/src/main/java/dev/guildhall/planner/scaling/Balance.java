package dev.guildhall.planner.scaling;

import java.util.List;

/** What balanced experts are worth: the step of a group takes as long as its most loaded rank. */
final class Balance {

  private Balance() {}

  /** The need as if experts had been moved: less work, the same cache. */
  static RoleNeed rebalanced(RoleNeed need, ScalingPolicy policy) {
    double factor = Math.min(1, need.balancedness() / policy.rebalancedTo());
    List<Vote> votes =
        need.votes().stream()
            .map(
                vote ->
                    vote.signal() == Signal.CACHE
                        ? vote
                        : new Vote(vote.signal(), vote.groups() * factor))
            .toList();
    return RoleNeed.of(need.role(), votes, need.balancedness());
  }

  static boolean uneven(RoleNeed need, ScalingPolicy policy) {
    return need.balancedness() < policy.rebalanceBelow();
  }

  static boolean rested(RoleMemory memory, ScalingState state) {
    return memory.rebalancedMillis() < 0
        || state.atMillis() - memory.rebalancedMillis() >= state.policy().rebalanceSeconds() * 1000;
  }
}
