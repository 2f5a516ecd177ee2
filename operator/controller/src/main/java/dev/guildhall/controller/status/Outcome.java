package dev.guildhall.controller.status;

/**
 * How a resource stands after a pass.
 *
 * @param state in kstatus' terms
 * @param reason one CamelCase word
 * @param message for people, with what to do next where they have to do something
 */
public record Outcome(State state, String reason, String message) {

  /** How a resource stands. */
  public enum State {
    /** As wanted. */
    READY,
    /** On its way; nobody has to do anything. */
    RECONCILING,
    /** Will not get on until somebody changes something. */
    STALLED
  }

  /** As wanted. */
  public static Outcome ready(String reason, String message) {
    return new Outcome(State.READY, reason, message);
  }

  /** On its way. */
  public static Outcome reconciling(String reason, String message) {
    return new Outcome(State.RECONCILING, reason, message);
  }

  /** Waits for somebody to change something. */
  public static Outcome stalled(String reason, String message) {
    return new Outcome(State.STALLED, reason, message);
  }
}
