package dev.guildhall.controller.kube;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Work on the whole of something that many callers ask for at once: those that come while a pass
 * runs share the next one, so however many call, at most two passes go by until each has one that
 * began after its call. Between the beginnings of two passes lies a pause, so that many callers one
 * after the other cost no more than many at once.
 *
 * @param <T> what a pass answers
 */
public final class SharedPass<T> {

  private final Supplier<T> pass;
  private final long pauseNanos;
  private final Object running = new Object();
  private long earliestNanos = System.nanoTime();
  private CompletableFuture<T> next;

  /**
   * Shares {@code pass}; what it throws reaches every caller that shared it.
   *
   * @param pause least time from the beginning of a pass to that of the next
   */
  public SharedPass(Supplier<T> pass, Duration pause) {
    this.pass = pass;
    this.pauseNanos = pause.toNanos();
  }

  /** Waits for a pass that begins after this call, and returns its answer. */
  public T run() {
    CompletableFuture<T> mine;
    boolean first;
    synchronized (this) {
      first = next == null;
      if (first) {
        next = new CompletableFuture<>();
      }
      mine = next;
    }
    if (first) {
      synchronized (running) {
        awaitPause();
        synchronized (this) {
          next = null;
        }
        mine.completeAsync(pass, Runnable::run);
      }
    }
    try {
      return mine.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** An interrupt ends the waiting, not the work. */
  private void awaitPause() {
    try {
      Thread.sleep(Duration.ofNanos(Math.max(0, earliestNanos - System.nanoTime())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    earliestNanos = System.nanoTime() + pauseNanos;
  }
}
