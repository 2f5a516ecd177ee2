package dev.guildhall.planner.placement;

/** The best change of a layer that a search has come upon: the most that a move takes away. */
final class Change {
  /** What a change that costs nothing is taken to cost, or it would always be made first. */
  private static final double FREE = 0.2;

  private double score;
  private int first;
  private int second;
  private int expert;
  private int moves;

  /** Forgets it; changes that take away less than this per move are not looked at. */
  void forget(double least) {
    score = least;
    first = -1;
  }

  boolean isFound() {
    return first >= 0;
  }

  /** How much a change of so many moves has to take away to be better. */
  double toBeat(double cost) {
    return score * Math.max(cost, FREE);
  }

  /** How much any change has to take away to be better. */
  double toBeat() {
    return score * FREE;
  }

  /** Keeps an exchange of what two slots hold, if it is better. */
  void exchange(double takenAway, int cost, int slot, int other) {
    if (takenAway / Math.max(cost, FREE) > score) {
      score = takenAway / Math.max(cost, FREE);
      set(slot, other, -1, cost);
    }
  }

  /** Keeps another expert in a slot, if it is better. */
  void put(double takenAway, int cost, int slot, int incoming) {
    if (takenAway / Math.max(cost, FREE) > score) {
      score = takenAway / Math.max(cost, FREE);
      set(slot, -1, incoming, cost);
    }
  }

  /** Keeps another expert in a slot, whatever it takes away. */
  void insist(int cost, int slot, int incoming) {
    set(slot, -1, incoming, cost);
  }

  private void set(int slot, int other, int incoming, int cost) {
    first = slot;
    second = other;
    expert = incoming;
    moves = cost;
  }

  /** Makes it. */
  void make(Trail trail) {
    if (second >= 0) {
      trail.exchange(first, second, moves);
    } else {
      trail.put(first, expert, moves);
    }
  }
}
