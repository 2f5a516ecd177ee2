package dev.guildhall.gateway.engine;

import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/** Which of two versions of a model a rank belongs to. */
enum Lane {
  /** The version in force. */
  STABLE,
  /** One that is tried on a share of the requests. */
  CANARY;

  /** Value of the metrics' label. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Of some ranks those that may take the next request: those of the lane that is drawn, those of
   * the other where it has none. A canary without a share gets nothing, whoever else is missing.
   *
   * @param draw a number from 0 to its argument, exclusive
   */
  static List<RankClient> drawn(List<RankClient> ranks, IntUnaryOperator draw) {
    List<RankClient> canaries =
        of(CANARY, ranks).stream().filter(r -> r.weightPercent() > 0).toList();
    if (canaries.isEmpty()) {
      return of(STABLE, ranks);
    }
    List<RankClient> stable = of(STABLE, ranks);
    boolean tried = draw.applyAsInt(100) < canaries.getFirst().weightPercent();
    return tried || stable.isEmpty() ? canaries : stable;
  }

  private static List<RankClient> of(Lane lane, List<RankClient> ranks) {
    return ranks.stream().filter(rank -> rank.lane() == lane).toList();
  }
}
