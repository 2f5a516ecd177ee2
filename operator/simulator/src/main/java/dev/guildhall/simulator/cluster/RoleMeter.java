package dev.guildhall.simulator.cluster;

/**
 * What the gateway counts of a role between two samples, and of the last minute the percentile that
 * is promised.
 */
final class RoleMeter {

  private static final int SLOTS = 4;

  private final Histogram ttft = new Histogram(SLOTS);
  private final Histogram tpot = new Histogram(SLOTS);
  private final double promised;
  private long requests;
  private double work;

  /**
   * Counts from now on.
   *
   * @param promised share of requests that must be in time, 0 to 1
   */
  RoleMeter(double promised) {
    this.promised = promised;
  }

  void arrived(double arrived) {
    requests++;
    work += arrived;
  }

  /** Time to first token ÷ what it may take. */
  void firstToken(double ratio) {
    ttft.add(ratio);
  }

  /** Time per output token ÷ what it may take. */
  void tokenTime(double ratio) {
    tpot.add(ratio);
  }

  /** The counts since the last reading, and the percentiles; counting begins anew. */
  RoleReading read(double seconds) {
    var reading =
        new RoleReading(
            requests / seconds,
            work / seconds,
            ttft.percentile(promised),
            tpot.percentile(promised));
    requests = 0;
    work = 0;
    ttft.turn();
    tpot.turn();
    return reading;
  }
}
