package dev.guildhall.devcluster;

/**
 * What kind of cluster to run.
 *
 * @param level which components
 * @param nativeGangs whether {@code PodGroup} of {@code scheduling.k8s.io/v1beta1} is served and
 *     scheduled; off shows a cluster that lacks it
 * @param fakeNodes how many kwok nodes with 8 {@code nvidia.com/gpu} each; needs {@link
 *     Level#SCHEDULED} or more
 * @param stages further kwok Stages (YAML documents) for the pods of fake nodes, beside those that
 *     make every pod ready at once; empty for none
 */
public record Options(Level level, boolean nativeGangs, int fakeNodes, String stages) {

  /** Checks that the parts fit together. */
  public Options {
    if (fakeNodes < 0 || (fakeNodes > 0 && !level.schedules())) {
      throw new IllegalArgumentException(
          "fakeNodes is %d at level %s: it must be 0 there, or more at level SCHEDULED or FULL"
              .formatted(fakeNodes, level));
    }
  }

  /** A cluster with native gangs and no fake nodes. */
  public static Options of(Level level) {
    return new Options(level, true, 0, "");
  }

  /** The same without {@code PodGroup}. */
  public Options withoutNativeGangs() {
    return new Options(level, false, fakeNodes, stages);
  }

  /** The same with fake nodes. */
  public Options withFakeNodes(int count) {
    return new Options(level, nativeGangs, count, stages);
  }

  /** The same with further kwok Stages. */
  public Options withStages(String more) {
    return new Options(level, nativeGangs, fakeNodes, more);
  }
}
