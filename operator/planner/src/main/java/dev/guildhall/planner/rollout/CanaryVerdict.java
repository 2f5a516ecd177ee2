package dev.guildhall.planner.rollout;

/** What becomes of a canary. */
public sealed interface CanaryVerdict {

  /** For people. */
  String reason();

  /** Nothing changes yet. */
  record Hold(String reason) implements CanaryVerdict {}

  /** The next step begins. */
  record Shift(int weightPercent, String reason) implements CanaryVerdict {}

  /** All groups go over to it. */
  record Promote(String reason) implements CanaryVerdict {}

  /** It gets no requests any more. */
  record Fail(String reason) implements CanaryVerdict {}
}
