package dev.guildhall.engine.cluster;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which rank coordinates, by what ranks say of their groups. */
final class Election {
  /** Of a rank that looks for a coordinator. */
  static final int NOBODY = -1;

  /** A group that computes before others, then the larger one, then that of the lower rank. */
  private static final Comparator<Says> PREFERENCE =
      Comparator.comparing(Says::complete)
          .thenComparing(Says::members)
          .thenComparing(Comparator.comparing(Says::coordinator).reversed());

  private Election() {}

  /**
   * What a rank says of its group.
   *
   * @param coordinator the rank that it follows, itself if it coordinates, or {@link #NOBODY}
   * @param complete whether that rank's group computes
   * @param members ranks in it
   */
  record Says(int coordinator, boolean complete, int members) {}

  /**
   * Whom a rank should take, that asked others.
   *
   * @return itself only if others follow it and know no other, as they do for a while when it has
   *     restarted; {@link #NOBODY} if none of them follows a rank
   */
  static int choose(int self, List<Says> said) {
    return best(said.stream().filter(one -> one.coordinator() != self).toList())
        .or(() -> best(said))
        .map(Says::coordinator)
        .orElse(NOBODY);
  }

  /** The group that a coordinator should leave its own for, if there is a better one. */
  static Optional<Says> better(Says own, List<Says> said) {
    return best(said)
        .filter(other -> other.coordinator() != own.coordinator())
        .filter(other -> PREFERENCE.compare(other, own) > 0);
  }

  private static Optional<Says> best(List<Says> said) {
    return said.stream().filter(one -> one.coordinator() != NOBODY).max(PREFERENCE);
  }
}
