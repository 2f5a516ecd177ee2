package dev.guildhall.planner.placement;

import java.util.Arrays;

/**
 * One layer's replicas and what they load the ranks with when every expert's tokens are split over
 * its replicas so that ranks are as even as can be.
 *
 * <p>Each expert in turn pours its tokens over its hosts as water, given what all others do, until
 * nothing moves. That minimises the sum of squared loads by blocks, and as loads over hosts of
 * replicas form a polymatroid its minimum has the lowest highest load too (Veinott's least
 * majorized element).
 */
final class PouredLayer implements Placed {
  private static final int ROUNDS_AT_START = 200;
  private static final int ROUNDS = 8;
  private static final double STILL_AT_START = 1e-6;
  private static final double STILL = 1e-4;

  final int perRank;
  final int[] slot;

  /** How many replicas an expert has. */
  final int[] replicas;

  /** The slots of an expert's replicas. */
  final int[][] slotsOf;

  final double[] tokens;

  /** Tokens of a slot. */
  final double[] part;

  final double[] load;
  final double mean;
  final Holdings holdings;

  /**
   * Takes a copy of the placement.
   *
   * @param tokens per expert, in the window planned for
   * @param placed the expert in every slot
   * @param home the only node on which each expert may be; null: anywhere
   */
  PouredLayer(ExpertGrid grid, int[] nodeOfRank, double[] tokens, int[] placed, int[] home) {
    this.perRank = grid.slotsPerRank();
    this.tokens = tokens;
    this.slot = placed.clone();
    this.holdings = new Holdings(grid, nodeOfRank, placed, home);
    this.replicas = new int[tokens.length];
    this.slotsOf = new int[tokens.length][2];
    this.part = new double[slot.length];
    this.load = new double[nodeOfRank.length];
    this.mean = Arrays.stream(tokens).sum() / load.length;
    for (int i = 0; i < slot.length; i++) {
      add(slot[i], i);
    }
    for (int i = 0; i < slot.length; i++) {
      part[i] = tokens[slot[i]] / replicas[slot[i]];
      load[i / perRank] += part[i];
    }
    settle(ROUNDS_AT_START, STILL_AT_START);
  }

  @Override
  public int expertIn(int i) {
    return slot[i];
  }

  @Override
  public double balance() {
    double most = most();
    return most > 0 ? mean / most : 1;
  }

  @Override
  public double[] load() {
    return load;
  }

  @Override
  public void put(int i, int expert) {
    int old = slot[i];
    remove(old, i);
    int other = slotsOf[old][0];
    part[other] += part[i];
    load[other / perRank] += part[i];
    load[i / perRank] -= part[i];
    part[i] = 0;
    set(i, expert);
    add(expert, i);
    pour(old);
    pour(expert);
    settle(ROUNDS, STILL);
  }

  @Override
  public void exchange(int i, int j) {
    int a = slot[i];
    int b = slot[j];
    double partOfA = part[i];
    double partOfB = part[j];
    load[i / perRank] += partOfB - partOfA;
    load[j / perRank] += partOfA - partOfB;
    part[i] = partOfB;
    part[j] = partOfA;
    remove(a, i);
    remove(b, j);
    set(i, b);
    set(j, a);
    add(a, j);
    add(b, i);
    pour(a);
    pour(b);
    settle(ROUNDS, STILL);
  }

  private void set(int i, int expert) {
    holdings.replace(i / perRank, slot[i], expert);
    slot[i] = expert;
  }

  private void add(int expert, int i) {
    if (replicas[expert] == slotsOf[expert].length) {
      slotsOf[expert] = Arrays.copyOf(slotsOf[expert], 2 * replicas[expert]);
    }
    slotsOf[expert][replicas[expert]++] = i;
  }

  private void remove(int expert, int i) {
    int k = 0;
    while (slotsOf[expert][k] != i) {
      k++;
    }
    slotsOf[expert][k] = slotsOf[expert][--replicas[expert]];
  }

  private void settle(int rounds, double still) {
    double moved = Double.POSITIVE_INFINITY;
    for (int round = 0; round < rounds && moved > still * mean; round++) {
      moved = 0;
      for (int expert = 0; expert < tokens.length; expert++) {
        moved += pour(expert);
      }
    }
  }

  /** Spreads an expert's tokens; returns how many went elsewhere. */
  private double pour(int expert) {
    int count = replicas[expert];
    if (count == 1) {
      return 0;
    }
    int[] slots = slotsOf[expert];
    double[] ground = new double[count];
    for (int k = 0; k < count; k++) {
      ground[k] = load[slots[k] / perRank] - part[slots[k]];
    }
    double level = level(ground.clone(), tokens[expert]);
    double moved = 0;
    for (int k = 0; k < count; k++) {
      double now = Math.max(0, level - ground[k]);
      moved += Math.abs(now - part[slots[k]]);
      part[slots[k]] = now;
      load[slots[k] / perRank] = ground[k] + now;
    }
    return moved;
  }

  /** How high {@code tokens} stand when poured over ground of these heights, which it sorts. */
  private static double level(double[] ground, double tokens) {
    Arrays.sort(ground);
    double sum = tokens;
    for (int k = 0; k < ground.length; k++) {
      sum += ground[k];
      double level = sum / (k + 1);
      if (k + 1 == ground.length || level <= ground[k + 1]) {
        return level;
      }
    }
    throw new IllegalStateException("no ground to pour on");
  }
}
