package dev.guildhall.controller.cluster;

import java.util.function.Supplier;

/** A gateway's metrics: each time they are read, calls of both versions of a model have ended. */
final class CanaryCalls implements Supplier<String> {
  private int reads;
  private int failed;
  private volatile boolean fails;

  /** From now on the new version fails some of its calls, or none. */
  void canaryFails(boolean some) {
    fails = some;
  }

  @Override
  public synchronized String get() {
    reads++;
    failed += fails ? 3 : 0;
    return """
        guildhall_gateway_lane_calls_total{model="small-v3",lane="canary",result="ok"} %d
        guildhall_gateway_lane_calls_total{model="small-v3",lane="canary",result="failed"} %d
        guildhall_gateway_lane_calls_total{model="small-v3",lane="stable",result="ok"} %d
        """
        .formatted(reads * 10, failed, reads * 40);
  }
}
