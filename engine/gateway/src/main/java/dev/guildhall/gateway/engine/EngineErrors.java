package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.api.ApiException;
import io.grpc.Status;
import java.util.Set;

/** What the failures of a rank mean for a request. Pure. */
final class EngineErrors {

  private static final Set<Status.Code> ELSEWHERE =
      Set.of(
          Status.Code.UNAVAILABLE,
          Status.Code.RESOURCE_EXHAUSTED,
          Status.Code.ABORTED,
          Status.Code.FAILED_PRECONDITION,
          Status.Code.ALREADY_EXISTS,
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN,
          Status.Code.CANCELLED);

  private EngineErrors() {}

  /** Whether another rank may do what this one could not. */
  static boolean elsewhere(Status status) {
    return ELSEWHERE.contains(status.getCode());
  }

  /**
   * What the caller is told when no rank could. The rank's own text is passed on only where it
   * speaks of the request's form.
   */
  static ApiException answer(Status status) {
    return switch (status.getCode()) {
      case RESOURCE_EXHAUSTED ->
          ApiException.unavailable(
              "overloaded", "All ranks of the model are busy. Try again soon.", 1);
      case UNAVAILABLE, FAILED_PRECONDITION, ABORTED, CANCELLED ->
          ApiException.unavailable(
              RankRouter.UNAVAILABLE, "The rank that worked on the request is gone. Try again.", 1);
      case INVALID_ARGUMENT, OUT_OF_RANGE ->
          ApiException.invalid(
              null,
              status.getDescription() == null
                  ? "The engine refused the request."
                  : status.getDescription());
      case DEADLINE_EXCEEDED -> timeout();
      default ->
          ApiException.server(
              502, "engine_failed", "The engine failed while it worked on the request.");
    };
  }

  static ApiException timeout() {
    return ApiException.server(504, "timeout", "The engine did not answer in time.");
  }
}
