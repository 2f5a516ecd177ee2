package dev.guildhall.controller.balance;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Tokens per expert of a role's groups, window by window, made from counters that begin at zero
 * whenever a rank starts. Counts of ranks that are gone, or were not there at the window's
 * beginning, do not count. Safe for concurrent use.
 */
final class LoadHistory {
  private static final int MOST_WINDOWS = 10;

  private Map<String, RankExperts> last = Map.of();
  private final Deque<double[][]> windows = new ArrayDeque<>();
  private boolean news;
  private OptionalLong applied = OptionalLong.empty();
  private double balancedness = 1;

  /**
   * Ends a window.
   *
   * @param now what each rank says, by something that differs from one start of it to the next
   */
  synchronized void add(Map<String, RankExperts> now) {
    double[][] sum = null;
    for (var entry : now.entrySet()) {
      var before = last.get(entry.getKey());
      if (before != null && sameForm(before.tokens(), entry.getValue().tokens())) {
        sum = plus(sum, before.tokens(), entry.getValue().tokens());
      }
    }
    last = new HashMap<>(now);
    if (!now.isEmpty()) {
      applied = now.values().stream().mapToLong(RankExperts::placement).min();
    }
    if (sum != null && Arrays.stream(sum).flatMapToDouble(Arrays::stream).sum() > 0) {
      windows.addLast(sum);
      if (windows.size() > MOST_WINDOWS) {
        windows.removeFirst();
      }
      news = true;
    }
  }

  /** All counters have gone up, or stayed. */
  private static boolean sameForm(long[][] before, long[][] now) {
    if (before.length != now.length) {
      return false;
    }
    for (int layer = 0; layer < now.length; layer++) {
      if (before[layer].length != now[layer].length) {
        return false;
      }
      for (int expert = 0; expert < now[layer].length; expert++) {
        if (now[layer][expert] < before[layer][expert]) {
          return false;
        }
      }
    }
    return true;
  }

  private static double[][] plus(double[][] sum, long[][] before, long[][] now) {
    double[][] all =
        sum != null
            ? sum
            : Arrays.stream(now).map(layer -> new double[layer.length]).toArray(double[][]::new);
    for (int layer = 0; layer < now.length; layer++) {
      for (int expert = 0; expert < now[layer].length; expert++) {
        all[layer][expert] += now[layer][expert] - before[layer][expert];
      }
    }
    return all;
  }

  /** The windows, oldest first, if one has come since this was last asked; else empty. */
  synchronized List<double[][]> ifNew() {
    boolean had = news;
    news = false;
    return had ? List.copyOf(windows) : List.of();
  }

  /** The newest window, if there is one. */
  synchronized Optional<double[][]> latest() {
    return Optional.ofNullable(windows.peekLast());
  }

  /** Keeps how even the newest window was. */
  synchronized void judged(double value) {
    balancedness = value;
  }

  /**
   * How even the newest window was, kept until there is one of the time after experts have moved:
   * so long everything else that is known is of the time before. 1 where there was none.
   */
  synchronized double balancedness() {
    return balancedness;
  }

  /** Begins anew, after experts have moved. */
  synchronized void clear() {
    windows.clear();
    news = false;
  }

  /** The lowest epoch of a placement among the ranks that answered last. */
  synchronized OptionalLong appliedEpoch() {
    return applied;
  }

  /** The longest pause among them, in seconds. */
  synchronized double pauseSeconds() {
    return last.values().stream().mapToDouble(RankExperts::pauseSeconds).max().orElse(0);
  }
}
