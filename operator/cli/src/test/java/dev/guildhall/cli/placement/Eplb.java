package dev.guildhall.cli.placement;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * DeepSeek's expert-parallel load balancer, written from its published description (its README):
 * what the files' figures come from. The lowest index wins among equals.
 */
final class Eplb {

  private Eplb() {}

  /** The expert in each slot of one layer: hierarchical where nodes divide groups, else global. */
  static int[] place(double[] tokens, int slots, int groups, int nodes, int ranks) {
    boolean hierarchical = groups % nodes == 0;
    int parts = hierarchical ? nodes : 1;
    int packs = hierarchical ? groups : 1;
    int groupSize = tokens.length / packs;
    double[] weights = new double[packs];
    for (int expert = 0; expert < tokens.length; expert++) {
      weights[expert / groupSize] += tokens[expert];
    }
    int[] nodeOfGroup = pack(weights, parts)[0];
    int[] placed = new int[slots];
    for (int node = 0; node < parts; node++) {
      int here = node;
      int[] experts =
          IntStream.range(0, tokens.length)
              .filter(e -> nodeOfGroup[e / groupSize] == here)
              .toArray();
      int[] local = onNode(experts, tokens, slots / parts, ranks / parts);
      System.arraycopy(local, 0, placed, node * local.length, local.length);
    }
    return placed;
  }

  private static int[] onNode(int[] experts, double[] tokens, int slots, int ranks) {
    int[] count = new int[tokens.length];
    int[] replica = Arrays.copyOf(experts, slots);
    for (int expert : experts) {
      count[expert] = 1;
    }
    for (int slot = experts.length; slot < slots; slot++) {
      int heaviest = experts[0];
      for (int expert : experts) {
        if (tokens[expert] / count[expert] > tokens[heaviest] / count[heaviest]) {
          heaviest = expert;
        }
      }
      replica[slot] = heaviest;
      count[heaviest]++;
    }
    double[] share = Arrays.stream(replica).mapToDouble(e -> tokens[e] / count[e]).toArray();
    int[][] packed = pack(share, ranks);
    int[] placed = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      placed[packed[0][slot] * (slots / ranks) + packed[1][slot]] = replica[slot];
    }
    return placed;
  }

  /** Bin of each item and its place there: heaviest first, to the lightest bin with room. */
  private static int[][] pack(double[] weight, int bins) {
    int each = weight.length / bins;
    int[] bin = new int[weight.length];
    int[] place = new int[weight.length];
    if (each == 1) {
      return new int[][] {IntStream.range(0, bins).toArray(), place};
    }
    double[] load = new double[bins];
    int[] used = new int[bins];
    IntStream.range(0, weight.length)
        .boxed()
        .sorted(Comparator.comparingDouble(item -> -weight[item]))
        .forEach(
            item -> {
              int to =
                  IntStream.range(0, bins)
                      .filter(b -> used[b] < each)
                      .boxed()
                      .min(Comparator.comparingDouble(b -> load[b]))
                      .orElseThrow();
              bin[item] = to;
              place[item] = used[to]++;
              load[to] += weight[item];
            });
    return new int[][] {bin, place};
  }
}
