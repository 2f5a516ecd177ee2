package dev.guildhall.engine.runtime;

/** A request was refused before it took any resource. */
public class AdmissionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why a request is refused, for callers that must choose a status code. */
  public enum Reason {
    /** It can never be served as it is. */
    INVALID,
    /** A request with the same id has not ended yet. */
    DUPLICATE,
    /** Too many are waiting; try again, or elsewhere. */
    QUEUE_FULL,
    /** This rank is draining, or its group is not complete; try elsewhere. */
    UNAVAILABLE
  }

  private final Reason reason;

  AdmissionException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  static AdmissionException invalid(String message) {
    return new AdmissionException(Reason.INVALID, message);
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
