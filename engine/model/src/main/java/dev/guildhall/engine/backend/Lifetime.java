package dev.guildhall.engine.backend;

import java.util.function.Supplier;

/**
 * Keeps memory from being unmapped under a running kernel: closing refuses new calls and waits for
 * those under way.
 */
public final class Lifetime {
  private int calls;
  private boolean ended;

  /**
   * Runs a call.
   *
   * @throws IllegalStateException if the end has come
   */
  public <T> T call(Supplier<T> work) {
    synchronized (this) {
      if (ended) {
        throw new IllegalStateException("the backend is closed");
      }
      calls++;
    }
    try {
      return work.get();
    } finally {
      synchronized (this) {
        calls--;
        notifyAll();
      }
    }
  }

  /** Returns true once, when no call is under way any more; false if the end had come before. */
  public synchronized boolean end() {
    if (ended) {
      return false;
    }
    ended = true;
    boolean interrupted = false;
    while (calls > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}
