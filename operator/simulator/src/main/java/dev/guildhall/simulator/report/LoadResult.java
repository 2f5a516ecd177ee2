package dev.guildhall.simulator.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
   * comes nearest. The fixed fleet is among them in either case.
   *
   * @param tuning what peers are tuned for
   * @return empty where no peer was tuned so
   */
  public Optional<Row> bestPeer(Tuning tuning) {
    if (rows.stream().noneMatch(row -> row.tuning() == tuning)) {
      return Optional.empty();
    }
    var peers =
        rows.stream()
            .skip(1)
            .filter(row -> row.tuning() == tuning || row.tuning() == Tuning.NONE)
            .toList();
    return peers.stream()
        .filter(Row::holds)
        .min(Comparator.comparingLong(row -> row.outcome().gpuNanos()))
        .or(() -> peers.stream().max(Comparator.comparingDouble(LoadResult::attainment)));
  }

  /** GPU-hours saved against a peer, as a share of the peer's. */
  public double saved(Row peer) {
    return 1 - (double) ours().outcome().gpuNanos() / peer.outcome().gpuNanos();
  }

  /** Whether the planner attains at least as much as a peer with at least 15 % fewer GPU-hours. */
  public boolean onTarget(Row peer) {
    return attainment(ours()) >= attainment(peer) && saved(peer) >= 0.15;
  }

  private static double attainment(Row row) {
    return row.outcome().counts().attainment();
  }
}
