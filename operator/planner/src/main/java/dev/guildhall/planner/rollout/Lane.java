package dev.guildhall.planner.rollout;

/**
 * What was seen of the groups of one version in one step.
 *
 * @param calls that ended, well or not
 * @param failures calls that the groups failed
 * @param firstToken from a call to its first token
 * @param token between two tokens of an answer
 */
public record Lane(long calls, long failures, Sample firstToken, Sample token) {

  /** Nothing was seen. */
  public static final Lane NONE = new Lane(0, 0, Sample.NONE, Sample.NONE);

  double failureShare() {
    return calls == 0 ? 0 : (double) failures / calls;
  }
}
