package dev.guildhall.simulator.cluster;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * What will happen, in order of time, then of planning: so a simulation runs the same each time.
 */
final class Events {

  private record Event(long at, long order, Runnable action) {}

  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private long planned;

  void plan(long at, Runnable action) {
    queue.add(new Event(at, planned++, action));
  }

  /** When the next one is; the end of time where there is none. */
  long next() {
    return queue.isEmpty() ? Long.MAX_VALUE : queue.peek().at();
  }

  void run() {
    queue.poll().action().run();
  }
}
