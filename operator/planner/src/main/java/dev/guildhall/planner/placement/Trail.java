package dev.guildhall.planner.placement;

import java.util.Arrays;

/** The steps of a search on one layer: after each, the moves so far and the balance. */
final class Trail {
  private final Placed layer;
  private final int[] start;
  private int[] writes = new int[128];
  private int written;
  private int steps;
  private int[] end = new int[64];
  private int[] moves = new int[64];
  private double[] balance = new double[64];
  private int current;

  /**
   * @param start the expert in every slot of the layer
   */
  Trail(Placed layer, int[] start) {
    this.layer = layer;
    this.start = start.clone();
    step();
  }

  void exchange(int i, int j, int cost) {
    layer.exchange(i, j);
    write(i);
    write(j);
    current += cost;
  }

  void put(int i, int expert, int cost) {
    layer.put(i, expert);
    write(i);
    current += cost;
  }

  /** Ends a step: the state now is one that may be chosen. */
  void step() {
    if (steps == end.length) {
      end = Arrays.copyOf(end, 2 * steps);
      moves = Arrays.copyOf(moves, 2 * steps);
      balance = Arrays.copyOf(balance, 2 * steps);
    }
    end[steps] = written;
    moves[steps] = current;
    balance[steps++] = layer.balance();
  }

  int moves() {
    return current;
  }

  /** The most moves after any step. */
  int mostMoves() {
    return Arrays.stream(moves, 0, steps).max().orElse(0);
  }

  int steps() {
    return steps;
  }

  int moves(int step) {
    return moves[step];
  }

  double balance(int step) {
    return balance[step];
  }

  /** The placement after a step. */
  int[] placement(int step) {
    int[] slots = start.clone();
    for (int k = 0; k < end[step]; k += 2) {
      slots[writes[k]] = writes[k + 1];
    }
    return slots;
  }

  private void write(int i) {
    if (written == writes.length) {
      writes = Arrays.copyOf(writes, 2 * written);
    }
    writes[written++] = i;
    writes[written++] = layer.expertIn(i);
  }
}
