package dev.guildhall.gateway.ledger;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Brings usage events to the ledger, however long that takes: every event is tried until the ledger
 * confirms it. An event that the ledger refuses is tried on as well, since the cause (a missing
 * tenant, a wrong token) is mended there; it holds up no other.
 */
final class Committer implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Committer.class);
  private static final int WORKERS = 4;

  private final LedgerClient ledger;
  private final Spool spool;
  private final DelayQueue<Attempt> queue = new DelayQueue<>();
  private final Map<String, Attempt> pending = new ConcurrentHashMap<>();
  private final Thread[] workers = new Thread[WORKERS];

  private record Attempt(
      UsageEvent usage,
      int failures,
      long dueNanos,
      long sinceNanos,
      CompletableFuture<Optional<Charge>> charge)
      implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(dueNanos, ((Attempt) other).dueNanos);
    }
  }

  Committer(LedgerClient ledger, Spool spool) {
    this.ledger = ledger;
    this.spool = spool;
    spool.found().forEach(this::submit);
    for (int i = 0; i < WORKERS; i++) {
      workers[i] = Thread.ofVirtual().name("usage-commit-" + i).start(this::work);
    }
  }

  /**
   * Starts to commit an event that is on the disk; the result completes when the ledger has
   * confirmed it.
   */
  CompletableFuture<Optional<Charge>> submit(UsageEvent usage) {
    long now = System.nanoTime();
    Attempt attempt = new Attempt(usage, 0, now, now, new CompletableFuture<>());
    pending.put(usage.id(), attempt);
    queue.add(attempt);
    return attempt.charge;
  }

  /** Events that the ledger has not confirmed. */
  int pending() {
    return pending.size();
  }

  /** Seconds that the oldest of them has waited in this process; 0 when there is none. */
  double oldestSeconds() {
    long now = System.nanoTime();
    return pending.values().stream().mapToLong(a -> now - a.sinceNanos).max().orElse(0) / 1e9;
  }

  private void work() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        attempt(queue.take());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void attempt(Attempt attempt) {
    String id = attempt.usage.id();
    String problem;
    try {
      LedgerClient.Answer answer = ledger.commit(attempt.usage);
      if (answer.ok()) {
        pending.remove(id);
        spool.done(id);
        attempt.charge.complete(LedgerClient.charge(answer));
        return;
      }
      problem = "status " + answer.status();
    } catch (IOException | RuntimeException e) {
      problem = e.toString();
    }
    int failures = attempt.failures + 1;
    long wait = Backoff.millis(failures, ThreadLocalRandom.current().nextDouble());
    if (Integer.bitCount(failures) == 1) {
      LOG.warnf("usage event %s is not committed yet after %d attempts: %s", id, failures, problem);
    }
    Attempt next =
        new Attempt(
            attempt.usage,
            failures,
            System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait),
            attempt.sinceNanos,
            attempt.charge);
    pending.put(id, next);
    queue.add(next);
  }

  /** Stops; what is not confirmed stays in the spool for the next process. */
  @Override
  public void close() {
    for (Thread worker : workers) {
      worker.interrupt();
    }
  }
}
