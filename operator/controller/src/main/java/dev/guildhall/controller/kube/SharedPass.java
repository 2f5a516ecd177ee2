package dev.guildhall.controller.kube;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Work on the whole of something that many callers ask for at once: those that come while a pass
 * runs share the next one, so however many call, at most two passes go by until each has one that
 * began after its call.
 *
 * @param <T> what a pass answers
 */
public final class SharedPass<T> {

  private final Supplier<T> pass;
  private final Object running = new Object();
  private CompletableFuture<T> next;

  /** Shares {@code pass}; what it throws reaches every caller that shared it. */
  public SharedPass(Supplier<T> pass) {
    this.pass = pass;
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
}
