package dev.guildhall.controller.kube;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at something again and again, in a thread of its own, from when it is first wanted. */
public final class Rounds {
  private final String name;
  private final Duration pause;
  private final Runnable look;
  private ScheduledExecutorService timer;

  /**
   * Begins nothing yet.
   *
   * @param name of the thread
   * @param pause from the end of one look to the beginning of the next
   * @param look must throw nothing: it would be the last
   */
  public Rounds(String name, Duration pause, Runnable look) {
    this.name = name;
    this.pause = pause;
    this.look = look;
  }

  /** Begins, after the given time, unless it has begun. */
  public synchronized void begin(Duration after) {
    if (timer == null) {
      timer =
          Executors.newSingleThreadScheduledExecutor(
              Thread.ofPlatform().name(name).daemon().factory());
      timer.scheduleWithFixedDelay(look, after.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Ends it, in the midst of a look if there is one. */
  public synchronized void end() {
    if (timer != null) {
      timer.shutdownNow();
    }
  }
}
