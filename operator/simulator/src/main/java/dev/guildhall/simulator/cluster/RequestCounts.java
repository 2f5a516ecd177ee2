package dev.guildhall.simulator.cluster;

/**
 * What became of the measured requests.
 *
 * @param arrived that arrived in the measured time
 * @param finished that ended, whenever
 * @param good that met both targets
 * @param lateFirst whose first token came late
 * @param lateTokens whose later tokens came too slowly
 * @param meanSeconds mean time from arrival to end
 * @param meanPresent mean number of requests in the system over the measured time
 */
public record RequestCounts(
    long arrived,
    long finished,
    long good,
    long lateFirst,
    long lateTokens,
    double meanSeconds,
    double meanPresent) {

  /** Share of requests that met both targets; 1 where there were none. */
  public double attainment() {
    return arrived == 0 ? 1 : (double) good / arrived;
  }
}
