package dev.guildhall.simulator.cluster;

/** What the gateway counts of a role between two samples, and percentiles of the last minute. */
final class RoleMeter {

  private static final double PERCENTILE = 0.95;
  private static final int SLOTS = 4;

  private final Histogram ttft = new Histogram(SLOTS);
  private final Histogram tpot = new Histogram(SLOTS);
  private long requests;
  private double work;

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
            ttft.percentile(PERCENTILE),
            tpot.percentile(PERCENTILE));
    requests = 0;
    work = 0;
    ttft.turn();
    tpot.turn();
    return reading;
  }
}
