package dev.guildhall.planner.scaling;

import java.util.List;

/**
 * What running answers ask of groups. The tokens that all groups draw per second are the demand,
 * whoever draws them; how many a group can draw follows from its step: a floor and a time per
 * answer, measured now. (Answers and cache held do not add up over groups: more groups are faster,
 * so answers stay for a shorter time.)
 *
 * @param tokensPerSecond tokens drawn per second, all groups
 * @param idleSeconds step time with next to no answers
 * @param answerSeconds step time that one answer adds to its group
 * @param cachePerAnswer share of a group's cache that one answer holds
 */
record DecodeLoad(
    double tokensPerSecond, double idleSeconds, double answerSeconds, double cachePerAnswer) {

  static DecodeLoad of(List<GroupSample> samples, double idleSeconds) {
    double tokens = 0;
    double running = 0;
    double cache = 0;
    double added = 0;
    double beside = 0;
    for (GroupSample sample : samples) {
      if (sample.tokenSeconds() > 0) {
        double drawn = sample.running() / sample.tokenSeconds();
        tokens += drawn;
        running += sample.running();
        cache += sample.kvUse();
        added += drawn * Math.max(0, sample.tokenSeconds() - idleSeconds);
        // Whoever draws a token sees at least his own answer, however seldom one runs.
        beside += drawn * Math.max(1, sample.running());
      }
    }
    return running == 0
        ? new DecodeLoad(0, idleSeconds, 0, 0)
        : new DecodeLoad(tokens, idleSeconds, added / beside, cache / running);
  }

  /** Groups needed if a group's cache may be filled to this share. */
  double groupsByCache(double use) {
    return cachePerAnswer == 0 ? 0 : groups(use / cachePerAnswer);
  }

  /** Groups needed if a step may take so long; infinite where even an idle one takes longer. */
  double groupsByTime(double seconds) {
    if (seconds <= idleSeconds) {
      return Double.POSITIVE_INFINITY;
    }
    return answerSeconds == 0 ? 0 : groups((seconds - idleSeconds) / answerSeconds);
  }

  private double groups(double answers) {
    return tokensPerSecond * (idleSeconds + answerSeconds * answers) / answers;
  }
}
