package dev.guildhall.planner.scaling;

/** What the groups of a role compute. */
public enum RoleKind {
  /** Prompts only; the latent cache then moves to a decode group. */
  PREFILL,
  /** Answers only. */
  DECODE,
  /** Both. */
  UNIFIED;

  boolean prefills() {
    return this != DECODE;
  }

  boolean decodes() {
    return this != PREFILL;
  }
}
