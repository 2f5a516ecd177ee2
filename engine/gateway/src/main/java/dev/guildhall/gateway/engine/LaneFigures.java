package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.GatewayMetrics;
import io.grpc.Status;

/** Counts how the calls of a request went, by the version of the ranks. Used by one thread. */
final class LaneFigures {

  private static final String OK = "ok";
  private static final String FAILED = "failed";
  private static final String LEFT = "left";

  private final GatewayMetrics metrics;
  private final String model;

  LaneFigures(GatewayMetrics metrics, String model) {
    this.metrics = metrics;
    this.model = model;
  }

  /** A call begins. */
  void sent(Choice choice, long now) {
    choice.sentNanos = now;
    choice.counted = false;
  }

  /** Tokens of a call came. */
  void tokens(Choice choice, int count, long now) {
    String lane = choice.rank().lane().label();
    if (choice.received == 0) {
      metrics.observe(GatewayMetrics.LANE_TTFT, (now - choice.sentNanos) / 1e9, model, lane);
    } else {
      metrics.observe(
          GatewayMetrics.INTER_TOKEN, (now - choice.heardNanos) / 1e9 / count, model, lane);
    }
  }

  /** The rank did what was asked. */
  void ok(Choice choice) {
    count(choice, OK);
  }

  /** The rank did not answer in time. */
  void hangs(Choice choice) {
    count(choice, FAILED);
  }

  /** A call was given up, for a reason that is not the rank's unless it failed before. */
  void left(Choice choice) {
    count(choice, choice.stopped() ? OK : LEFT);
  }

  /** The rank ended a call; a request that it refuses for its form is nobody's failure. */
  void ended(Choice choice, Status status) {
    boolean refused =
        status.getCode() == Status.Code.INVALID_ARGUMENT
            || status.getCode() == Status.Code.OUT_OF_RANGE;
    count(choice, refused ? LEFT : FAILED);
  }

  /** Each call once. */
  private void count(Choice choice, String result) {
    if (choice.rank() != null && !choice.counted) {
      choice.counted = true;
      metrics.count(GatewayMetrics.LANE_CALLS, model, choice.rank().lane().label(), result);
    }
  }
}
