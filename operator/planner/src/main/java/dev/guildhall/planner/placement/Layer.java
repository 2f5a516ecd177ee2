package dev.guildhall.planner.placement;

import java.util.Arrays;

/**
 * One layer's replicas and what they load the ranks with when every expert's tokens are split
 * equally over its replicas. Counts, shares and loads follow every change; a change costs as many
 * moves as it puts experts on ranks that did not hold them at the start.
 */
final class Layer implements Placed {
  final int perRank;
  final int[] slot;
  final int[] replicas;
  final int[][] hosts;
  final double[] tokens;
  final double[] share;
  final double[] load;
  final double mean;

  private final Holdings holdings;

  /**
   * Takes a copy of the placement.
   *
   * @param tokens per expert, in the window planned for
   * @param placed the expert in every slot
   * @param home the only node on which each expert may be; null: anywhere
   */
  Layer(ExpertGrid grid, int[] nodeOfRank, double[] tokens, int[] placed, int[] home) {
    this.perRank = grid.slotsPerRank();
    this.tokens = tokens;
    this.slot = placed.clone();
    this.holdings = new Holdings(grid, nodeOfRank, placed, home);
    this.replicas = new int[grid.experts()];
    this.hosts = new int[grid.experts()][2];
    this.share = new double[grid.experts()];
    this.load = new double[nodeOfRank.length];
    for (int i = 0; i < slot.length; i++) {
      host(slot[i], i / perRank);
    }
    double sum = 0;
    for (int expert = 0; expert < tokens.length; expert++) {
      sum += tokens[expert];
      share[expert] = tokens[expert] / replicas[expert];
    }
    for (int i = 0; i < slot.length; i++) {
      load[i / perRank] += share[slot[i]];
    }
    this.mean = sum / load.length;
  }

  @Override
  public double[] load() {
    return load;
  }

  int busiest() {
    int busiest = 0;
    for (int rank = 1; rank < load.length; rank++) {
      if (load[rank] > load[busiest]) {
        busiest = rank;
      }
    }
    return busiest;
  }

  /** Whether {@code expert} must not be added to {@code rank}. */
  boolean barred(int rank, int expert) {
    return holdings.barred(rank, expert);
  }

  /** 1 where the expert was not on that rank at the start, else 0. */
  int move(int rank, int expert) {
    return holdings.move(rank, expert);
  }

  /** Whether a rank holds what it held at the start. */
  boolean untouched(int rank) {
    return holdings.untouched(rank);
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
  public void put(int i, int expert) {
    int rank = i / perRank;
    int old = slot[i];
    load[rank] -= share[old];
    hosts[old][indexOf(old, rank)] = hosts[old][--replicas[old]];
    respread(old);
    respread(expert, replicas[expert] + 1);
    load[rank] += share[expert];
    host(expert, rank);
    set(i, expert);
  }

  @Override
  public void exchange(int i, int j) {
    int a = slot[i];
    int b = slot[j];
    int rankOfA = i / perRank;
    int rankOfB = j / perRank;
    double difference = share[a] - share[b];
    load[rankOfA] -= difference;
    load[rankOfB] += difference;
    hosts[a][indexOf(a, rankOfA)] = rankOfB;
    hosts[b][indexOf(b, rankOfB)] = rankOfA;
    set(i, b);
    set(j, a);
  }

  private void set(int i, int expert) {
    holdings.replace(i / perRank, slot[i], expert);
    slot[i] = expert;
  }

  private void respread(int expert) {
    respread(expert, replicas[expert]);
  }

  private void respread(int expert, int count) {
    double change = tokens[expert] / count - share[expert];
    share[expert] += change;
    for (int k = 0; k < replicas[expert]; k++) {
      load[hosts[expert][k]] += change;
    }
  }

  private void host(int expert, int rank) {
    if (replicas[expert] == hosts[expert].length) {
      hosts[expert] = Arrays.copyOf(hosts[expert], 2 * replicas[expert]);
    }
    hosts[expert][replicas[expert]++] = rank;
  }

  private int indexOf(int expert, int rank) {
    int k = 0;
    while (hosts[expert][k] != rank) {
      k++;
    }
    return k;
  }
}
