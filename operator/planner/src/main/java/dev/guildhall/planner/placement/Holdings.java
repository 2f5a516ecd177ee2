package dev.guildhall.planner.placement;

/** Which rank holds which expert of a layer, now and at the start of a search. */
final class Holdings {
  private final int experts;
  private final boolean[] held;
  private final boolean[] heldAtStart;
  private final int[] nodeOfRank;
  private final int[] home;

  /** How many experts of a rank were not there at the start. */
  private final int[] arrived;

  /**
   * @param placed the expert in every slot
   * @param home the only node on which each expert may be; null: anywhere
   */
  Holdings(ExpertGrid grid, int[] nodeOfRank, int[] placed, int[] home) {
    this.experts = grid.experts();
    this.nodeOfRank = nodeOfRank;
    this.home = home;
    this.arrived = new int[nodeOfRank.length];
    this.held = new boolean[nodeOfRank.length * experts];
    for (int i = 0; i < placed.length; i++) {
      held[at(i / grid.slotsPerRank(), placed[i])] = true;
    }
    this.heldAtStart = held.clone();
  }

  /** Whether {@code expert} must not be added to {@code rank}. */
  boolean barred(int rank, int expert) {
    return held[at(rank, expert)] || home != null && home[expert] != nodeOfRank[rank];
  }

  /** 1 where the expert was not on that rank at the start, else 0. */
  int move(int rank, int expert) {
    return heldAtStart[at(rank, expert)] ? 0 : 1;
  }

  /** Whether a rank holds what it held at the start. */
  boolean untouched(int rank) {
    return arrived[rank] == 0;
  }

  void replace(int rank, int old, int expert) {
    held[at(rank, old)] = false;
    held[at(rank, expert)] = true;
    arrived[rank] += move(rank, expert) - move(rank, old);
  }

  private int at(int rank, int expert) {
    return rank * experts + expert;
  }
}
