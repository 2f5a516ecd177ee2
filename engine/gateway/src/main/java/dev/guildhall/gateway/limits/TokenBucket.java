package dev.guildhall.gateway.limits;

/**
 * A budget of tokens that refills evenly: at most {@code perMinute} at once, and {@code perMinute}
 * more every minute. Takes the time as an argument, so it needs no clock. Not safe for use by
 * several threads.
 */
final class TokenBucket {

  private static final double NANOS_PER_MINUTE = 60e9;

  private final long perMinute;
  private double level;
  private long filledAt;

  TokenBucket(long perMinute, long nowNanos) {
    this.perMinute = perMinute;
    this.level = perMinute;
    this.filledAt = nowNanos;
  }

  long perMinute() {
    return perMinute;
  }

  /**
   * Takes tokens if there are enough. A request for more than a whole minute's worth needs a full
   * bucket and empties it, so that it is possible at all.
   *
   * @return 0 when taken, else after how many nanoseconds there would be enough
   */
  long take(long tokens, long nowNanos) {
    refill(nowNanos);
    double wanted = Math.min(tokens, perMinute);
    if (level >= wanted) {
      level -= wanted;
      return 0;
    }
    return (long) Math.ceil((wanted - level) / perMinute * NANOS_PER_MINUTE);
  }

  /** Gives back what was taken and not used. */
  void giveBack(long tokens, long nowNanos) {
    refill(nowNanos);
    level = Math.min(perMinute, level + Math.max(0, tokens));
  }

  /** Whole tokens that could be taken now. */
  long level(long nowNanos) {
    refill(nowNanos);
    return (long) level;
  }

  private void refill(long nowNanos) {
    level = Math.min(perMinute, level + (nowNanos - filledAt) / NANOS_PER_MINUTE * perMinute);
    filledAt = nowNanos;
  }
}
