package dev.guildhall.gateway.routes;

import java.util.List;
import java.util.OptionalInt;

/**
 * Where requests for one model go.
 *
 * @param name what API consumers ask for
 * @param deployment {@code NAMESPACE/NAME}, copied into usage events
 * @param maxContextTokens prompt and completion together
 * @param wakes whether somebody makes a group when requests wait and there is none
 */
public record ModelRoute(
    String name, String deployment, int maxContextTokens, boolean wakes, List<Group> groups) {

  /**
   * One expert-parallel group.
   *
   * @param ranks {@code HOST:PORT} of every rank, in rank order
   * @param weightPercent share of the model's requests of a group that is tried; empty for those
   *     that share the rest
   * @param probed whether fixed prompts are put to a group that is tried
   * @param work which part of a request it does
   */
  public record Group(
      String name, List<String> ranks, OptionalInt weightPercent, boolean probed, Work work) {}

  /** Parts of a request. */
  public enum Work {
    /** All of it. */
    WHOLE,
    /** The prompt, for a group that goes on with it. */
    PREFILL,
    /** What comes after the prompt. */
    DECODE
  }
}
