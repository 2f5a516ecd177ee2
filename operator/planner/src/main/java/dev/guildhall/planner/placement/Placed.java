package dev.guildhall.planner.placement;

/** One layer's replicas in the hands of a search. */
interface Placed {

  /** The expert in a slot. */
  int expertIn(int slot);

  /** Gives a slot another expert: one replica less of the old, one more of the new. */
  void put(int slot, int expert);

  /** Exchanges what two slots hold. */
  void exchange(int slot, int other);

  /** The load of each rank, kept as the layer changes. */
  double[] load();

  /** The highest load of a rank. */
  default double most() {
    double most = 0;
    for (double one : load()) {
      most = Math.max(most, one);
    }
    return most;
  }

  /** Mean ÷ highest load of a rank; 1 where there is no load. */
  double balance();
}
