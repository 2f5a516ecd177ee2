package dev.guildhall.planner.scaling;

import java.util.List;

/**
 * What a full group computes per second. A group with little to do computes small, slow batches:
 * its rate is only a lower bound. A group with a queue shows the truth, up or down.
 */
final class Rates {

  /** Weight of a new truth; a few samples settle it. */
  private static final double WEIGHT = 0.3;

  private Rates() {}

  static double updated(
      RoleState role, double known, List<GroupSample> samples, ServiceLevel level) {
    double rate = known > 0 ? known : role.ratedTokensPerSecond();
    for (GroupSample sample : samples) {
      double measured = sample.tokensPerSecond();
      boolean full = sample.queuedTokens() > measured * level.ttftSeconds() / 4;
      if (measured > 0) {
        rate = full ? rate + WEIGHT / samples.size() * (measured - rate) : Math.max(rate, measured);
      }
    }
    return rate;
  }
}
