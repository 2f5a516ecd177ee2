package dev.guildhall.engine.cluster;

import io.grpc.Status;

/** A rank's call to the coordinator was refused. */
final class MembershipException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Status status;

  private MembershipException(Status status) {
    super(status.getDescription());
    this.status = status;
  }

  /** The caller does not belong to this group as it is configured; trying again does not help. */
  static MembershipException mismatch(String message) {
    return new MembershipException(Status.FAILED_PRECONDITION.withDescription(message));
  }

  /** The caller must join first. */
  static MembershipException unknown(String message) {
    return new MembershipException(Status.NOT_FOUND.withDescription(message));
  }

  Status status() {
    return status;
  }
}
