package dev.guildhall.gateway.support;

import java.util.function.BooleanSupplier;

/** Waits for what happens on other threads. */
public final class Await {

  private static final long LIMIT_NANOS = 30_000_000_000L;

  private Await() {}

  /** Waits until the condition holds; fails when it does not within half a minute. */
  public static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still waiting for: " + what);
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }
}
