package dev.guildhall.simulator.report;

/** What a policy's setting was chosen for. */
public enum Tuning {
  /** Nothing was searched. */
  NONE,
  /** This very load, in hindsight: the best that a user could have set for it. */
  EACH_LOAD,
  /** All loads of the comparison together, as the planner's constants are one set for all. */
  ALL_LOADS
}
