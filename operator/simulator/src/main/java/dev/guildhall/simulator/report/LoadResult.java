package dev.guildhall.simulator.report;

import java.util.Comparator;
import java.util.List;

/**
 * All policies at one load.
 *
 * @param load the load asked for
 * @param copies copies of the trace that it took
 * @param requestsPerSecond mean rate of requests
 * @param rows the planner first, then its peers
 */
public record LoadResult(double load, double copies, double requestsPerSecond, List<Row> rows) {

  /** Keeps a copy. */
  public LoadResult {
    rows = List.copyOf(rows);
  }

  /** The planner's row. */
  public Row ours() {
    return rows.getFirst();
  }

  /**
   * The peer that holds the promise with the fewest GPU-hours; where none holds it, the one that
   * comes nearest.
   */
  public Row bestPeer() {
    var peers = rows.subList(1, rows.size());
    return peers.stream()
        .filter(Row::holds)
        .min(Comparator.comparingLong(row -> row.outcome().gpuNanos()))
        .orElseGet(
            () ->
                peers.stream()
                    .max(Comparator.comparingDouble(row -> row.outcome().counts().attainment()))
                    .orElseThrow());
  }

  /** GPU-hours saved against the best peer, as a share of the peer's. */
  public double saved() {
    return 1 - (double) ours().outcome().gpuNanos() / bestPeer().outcome().gpuNanos();
  }

  /**
   * Whether the planner attains at least as much as the best peer with at least 15 % fewer
   * GPU-hours.
   */
  public boolean onTarget() {
    return ours().outcome().counts().attainment() >= bestPeer().outcome().counts().attainment()
        && saved() >= 0.15;
  }
}
