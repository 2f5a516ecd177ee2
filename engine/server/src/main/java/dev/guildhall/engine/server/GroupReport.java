package dev.guildhall.engine.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.engine.cluster.ExpertGroup;
import dev.guildhall.engine.cluster.GroupView;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * What {@code /group} answers: {@code {"epoch":7,"ready":true,"reason":"","ranks":4,
 * "coordinator":0,"missing":[{"rank":3,"experts":[[],[16,17],…]}]}} with the rank that keeps the
 * membership (-1 while none is known), the ranks that the group does without, and for each layer of
 * a step the experts whose copies left with them.
 */
record GroupReport(ExpertGroup group, int ranks) implements Supplier<String> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Missing(int rank, List<int[]> experts) {}

  private record Body(
      long epoch,
      boolean ready,
      String reason,
      int ranks,
      int coordinator,
      List<Missing> missing) {}

  @Override
  public String get() {
    GroupView now = group.view();
    var missing =
        group.missing().stream()
            .map(
                rank ->
                    new Missing(
                        rank,
                        group.heldBy(rank).stream()
                            .map(BitSet::stream)
                            .map(s -> s.toArray())
                            .toList()))
            .toList();
    try {
      return JSON.writeValueAsString(
          new Body(now.epoch(), now.ready(), now.reason(), ranks, group.coordinator(), missing));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and text are always JSON", e);
    }
  }
}
