package dev.guildhall.engine.backend;

import java.util.Arrays;

/**
 * How a token is drawn from its logits, so that a backend can do it where they lie. The order is
 * that of common engines: temperature, then {@code minP}, {@code topK} and {@code topP} on what is
 * left. Weights are integers of 40 bits behind the point, so that sums have no order and backends
 * agree; only a weight's last bit is up to the machine's exponential.
 *
 * @param temperature 0: the likeliest token, the lowest id of equals
 * @param topP share of probability that the kept tokens must reach, in (0, 1]; 1: off
 * @param topK how many of the likeliest tokens are kept; 0: off
 * @param minP tokens less likely than this share of the likeliest are dropped, in [0, 1]
 * @param uniform in [0, 1): where on the kept tokens' weights, laid end to end by id, the drawn one
 *     lies
 */
public record Draw(float temperature, float topP, int topK, float minP, double uniform) {
  /** The likeliest token. */
  public static final Draw GREEDY = new Draw(0, 1, 0, 0, 0);

  /** The weight of the likeliest token. */
  private static final double ONE = 0x1p40;

  /** Room for an id in a key that sorts by weight first. */
  private static final int ID_BITS = 22;

  private static final long HEAVIEST = 1L << 40;

  /**
   * Draws.
   *
   * @param logits finite
   * @param first index of the logit of token 0
   * @param count tokens, at most 4,194,304
   */
  public int from(float[] logits, int first, int count) {
    if (count > 1 << ID_BITS) {
      throw new IllegalArgumentException(
          "a vocabulary of %d; at most %d are drawn from".formatted(count, 1 << ID_BITS));
    }
    int best = likeliest(logits, first, count);
    if (temperature == 0) {
      return best;
    }
    long[] keys = keys(logits, first, count, logits[first + best]);
    if (topK > 0 && topK < keys.length) {
      keys = likeliest(keys, topK);
    }
    if (topP < 1) {
      keys = reaching(keys);
    }
    return at((long) (uniform * total(keys)), keys);
  }

  private static int likeliest(float[] logits, int first, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (logits[first + i] > logits[first + best]) {
        best = i;
      }
    }
    return best;
  }

  /**
   * Those that {@code minP} leaves, by id; their order as numbers is heaviest first, then by id.
   */
  private long[] keys(float[] logits, int first, int count, double most) {
    long least = Math.max(1, (long) (minP * ONE));
    long[] keys = new long[count];
    int kept = 0;
    for (int i = 0; i < count; i++) {
      long weight = (long) (Math.exp((logits[first + i] - most) / temperature) * ONE);
      if (weight >= least) {
        keys[kept++] = (HEAVIEST - weight) << ID_BITS | i;
      }
    }
    return Arrays.copyOf(keys, kept);
  }

  private static long[] likeliest(long[] keys, int count) {
    long[] sorted = keys.clone();
    Arrays.sort(sorted);
    return upTo(keys, sorted[count - 1]);
  }

  /** The shortest list of likeliest tokens that reaches the share. */
  private long[] reaching(long[] keys) {
    double total = total(keys);
    long wanted = (long) Math.ceil(topP * total);
    // Tokens below this hold less than 1 - topP together, so none of them is needed to reach it.
    double least = (1 - (double) topP) * total / keys.length;
    long[] sorted = Arrays.stream(keys).filter(k -> weight(k) >= least).sorted().toArray();
    long reached = 0;
    for (long key : sorted) {
      reached += weight(key);
      if (reached >= wanted) {
        return upTo(keys, key);
      }
    }
    return keys;
  }

  private static long[] upTo(long[] keys, long last) {
    return Arrays.stream(keys).filter(k -> k <= last).toArray();
  }

  private static long weight(long key) {
    return HEAVIEST - (key >>> ID_BITS);
  }

  private static double total(long[] keys) {
    return Arrays.stream(keys).map(Draw::weight).sum();
  }

  private static int at(long place, long[] keys) {
    long left = place;
    for (long key : keys) {
      left -= weight(key);
      if (left < 0) {
        return id(key);
      }
    }
    return id(keys[keys.length - 1]);
  }

  private static int id(long key) {
    return (int) (key & ((1 << ID_BITS) - 1));
  }
}
