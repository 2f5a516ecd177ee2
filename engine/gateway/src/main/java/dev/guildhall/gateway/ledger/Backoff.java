package dev.guildhall.gateway.ledger;

/**
 * Waiting times that double from half a second to a minute, each spread over its upper half so that
 * gateways do not call in step.
 */
final class Backoff {

  private static final long FIRST_MILLIS = 500;
  private static final long MOST_MILLIS = 60_000;

  private Backoff() {}

  /**
   * The wait before the next attempt.
   *
   * @param failures so far, at least 1
   * @param random from 0 to 1
   */
  static long millis(int failures, double random) {
    long full = Math.min(MOST_MILLIS, FIRST_MILLIS << Math.min(20, failures - 1));
    return full / 2 + (long) (random * full / 2);
  }
}
