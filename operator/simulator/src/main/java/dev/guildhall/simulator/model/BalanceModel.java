package dev.guildhall.simulator.model;

/**
 * How evenly experts load the ranks of a group: even after a new placement, then topics drift.
 *
 * @param placed balancedness right after a placement
 * @param drifted balancedness that it decays towards
 * @param driftSeconds time constant of the decay
 * @param pauseSeconds how long a group stands still for a new placement
 */
public record BalanceModel(
    double placed, double drifted, double driftSeconds, double pauseSeconds) {

  /** Balancedness some seconds after a placement. */
  public double after(double seconds) {
    return drifted + (placed - drifted) * Math.exp(-seconds / driftSeconds);
  }
}
