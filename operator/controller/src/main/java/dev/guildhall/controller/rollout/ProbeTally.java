package dev.guildhall.controller.rollout;

import dev.guildhall.controller.signals.MetricsPage;
import java.util.OptionalDouble;

/** What the gateway's replicas counted of the answers to fixed prompts since a step began. */
final class ProbeTally {

  /** With fewer tokens a share says little; each round of a replica has some more. */
  private static final int LEAST_TOKENS = 64;

  private final String model;
  private double agreed;
  private double differed;

  ProbeTally(String model) {
    this.model = model;
  }

  /** Adds what the counters of one process went up by between two looks at it. */
  void add(MetricsPage then, MetricsPage now) {
    agreed += tokens(now, "agreed") - tokens(then, "agreed");
    differed += tokens(now, "differed") - tokens(then, "differed");
  }

  private double tokens(MetricsPage page, String result) {
    double value =
        page.sum("guildhall_gateway_lane_probe_tokens_total", "model", model, "result", result);
    return Double.isNaN(value) ? 0 : value;
  }

  /** Share of the tokens that agreed; empty while there are too few. */
  OptionalDouble agreement() {
    return agreed + differed < LEAST_TOKENS
        ? OptionalDouble.empty()
        : OptionalDouble.of(agreed / (agreed + differed));
  }
}
