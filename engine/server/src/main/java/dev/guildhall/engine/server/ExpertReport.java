package dev.guildhall.engine.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.cluster.ExpertGroup;
import java.util.function.Supplier;

/**
 * What {@code /experts} answers: {@code {"placement":3,"pauseSeconds":0.004,"problem":"",
 * "tokens":[[…],…],"rows":[…]}} with the placement that steps go by, the longest pause by a move of
 * experts, why a newer placement is not loaded, the tokens that this rank has routed to each expert
 * of each MoE layer since it started, and the rows that its own experts have computed in each, for
 * whichever rank (the MTP layer is not counted).
 */
record ExpertReport(Backend backend, ExpertGroup group, Supplier<LivePlacement.State> state)
    implements Supplier<String> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Body(
      long placement, double pauseSeconds, String problem, long[][] tokens, long[] rows) {}

  @Override
  public String get() {
    LivePlacement.State now = state.get();
    try {
      return JSON.writeValueAsString(
          new Body(
              group.placement(),
              now.pauseNanos() / 1e9,
              now.problem(),
              backend.expertTokens(),
              group.expertRows()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers are always JSON", e);
    }
  }
}
