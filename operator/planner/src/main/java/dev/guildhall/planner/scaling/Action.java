package dev.guildhall.planner.scaling;

/**
 * One thing to do.
 *
 * @param kind what
 * @param role of which role; for a shift, the one that gains
 * @param fromRole for a shift, the role that gives; else null
 * @param amount groups added, removed or shifted, or the new number of redundant experts; else 0
 */
public record Action(Kind kind, String role, String fromRole, int amount) {

  /** What can be done. */
  public enum Kind {
    /** Move expert replicas so that ranks carry equal loads. */
    REBALANCE,
    /** More copies of hot experts, in memory that ranks keep for them. */
    MORE_REDUNDANT_EXPERTS,
    /** Fewer copies, more latent cache. */
    FEWER_REDUNDANT_EXPERTS,
    /** Give a group of another role to this one. */
    SHIFT,
    /** More groups. */
    ADD,
    /** Fewer groups. */
    REMOVE,
    /** No groups until a request comes. */
    SLEEP,
    /** The first groups after sleep. */
    WAKE
  }

  static Action of(Kind kind, String role, int amount) {
    return new Action(kind, role, null, amount);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case REBALANCE -> "rebalance experts of " + role;
      case MORE_REDUNDANT_EXPERTS, FEWER_REDUNDANT_EXPERTS ->
          "%d redundant experts for %s".formatted(amount, role);
      case SHIFT -> "shift %d group(s) from %s to %s".formatted(amount, fromRole, role);
      case ADD -> "add %d group(s) to %s".formatted(amount, role);
      case REMOVE -> "remove %d group(s) from %s".formatted(amount, role);
      case SLEEP -> "let %s sleep".formatted(role);
      case WAKE -> "wake %s with %d group(s)".formatted(role, amount);
    };
  }
}
