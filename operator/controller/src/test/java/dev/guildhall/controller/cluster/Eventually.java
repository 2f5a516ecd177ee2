package dev.guildhall.controller.cluster;

import java.time.Duration;

/** Waits until an assertion holds. */
final class Eventually {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private Eventually() {}

  /**
   * Fails with the assertion's last error if it does not hold within three minutes, which is above
   * what a loaded machine needs for a pass a minute.
   */
  static void holds(Runnable assertion) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        assertion.run();
        return;
      } catch (AssertionError | RuntimeException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        Thread.sleep(250);
      }
    }
  }
}
