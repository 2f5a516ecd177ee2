package dev.guildhall.planner.plan;

import java.util.List;
import java.util.stream.IntStream;

/** Where experts lie before anything is known about their load. */
public final class InitialPlacement {

  private InitialPlacement() {}

  /**
   * Slot i holds expert i modulo the number of experts: contiguous ranges, then the redundant
   * copies. As a rank's slots are consecutive and no more than there are experts, no rank has one
   * expert twice.
   */
  public static List<List<Integer>> of(ModelShape shape, int redundantExperts) {
    var slots =
        IntStream.range(0, shape.routedExperts() + redundantExperts)
            .mapToObj(slot -> slot % shape.routedExperts())
            .toList();
    return IntStream.range(0, shape.slottedLayers()).mapToObj(layer -> slots).toList();
  }
}
