package dev.guildhall.planner.scaling;

/**
 * What the gateway last said of a role.
 *
 * @param atMillis when it was read, milliseconds of the epoch
 * @param requestsPerSecond requests that arrived
 * @param tokensPerSecond work that arrived: prompt tokens not found in a prefix cache (prefill,
 *     unified), tokens drawn (decode)
 * @param waitingRequests requests held at the gateway because no group takes them
 * @param ttftSeconds the SLO's percentile of time to first token; NaN where no request ended in the
 *     window
 * @param tpotSeconds the SLO's percentile of time per output token; NaN where no request ended in
 *     the window
 */
public record DemandSample(
    long atMillis,
    double requestsPerSecond,
    double tokensPerSecond,
    double waitingRequests,
    double ttftSeconds,
    double tpotSeconds) {

  boolean isUsable() {
    return counts(requestsPerSecond)
        && counts(tokensPerSecond)
        && counts(waitingRequests)
        && (requestsPerSecond == 0 || (counts(ttftSeconds) && counts(tpotSeconds)));
  }

  boolean isIdle() {
    return requestsPerSecond == 0 && waitingRequests == 0;
  }

  /** What leads the role's load: prompt tokens, or requests whose answers are to come. */
  double of(RoleKind kind) {
    return kind.prefills() ? tokensPerSecond : requestsPerSecond;
  }

  private static boolean counts(double value) {
    return Double.isFinite(value) && value >= 0;
  }
}
