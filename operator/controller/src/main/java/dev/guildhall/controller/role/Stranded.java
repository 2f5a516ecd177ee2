package dev.guildhall.controller.role;

import java.time.Duration;
import java.time.Instant;

/**
 * A group that is kept on one node and of which a rank finds no place there any more, because the
 * node was cordoned, lost a GPU, or gave it to somebody else in between. Its other ranks hold their
 * GPUs and serve nobody, and the scheduler moves no pod that runs. Pure.
 */
final class Stranded {

  /** The scheduler may find a place yet when somebody else's pod is going. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Stranded() {}

  /** Whether some of its ranks have a node and the scheduler has none for others. */
  static boolean isLikely(GroupState group) {
    return group.pods().stream().anyMatch(PodFacts::isBound)
        && group.pods().stream().anyMatch(PodFacts::isUnschedulable);
  }

  /**
   * Whether that has been so for a while. Ranks that have got their node only now may be seen
   * before the rest of their group.
   */
  static boolean isCertain(GroupState group, Instant now) {
    var then = now.minus(PATIENCE);
    return isLikely(group)
        && group.pods().stream().anyMatch(pod -> PodFacts.isUnschedulableSince(pod, then))
        && group.pods().stream()
            .filter(PodFacts::isBound)
            .allMatch(pod -> PodFacts.isScheduledSince(pod, then));
  }
}
