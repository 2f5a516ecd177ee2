package dev.guildhall.cli.bench;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * When objects came to be and became ready, as a watch saw them. Instants are those of this
 * process, in nanoseconds of {@link System#nanoTime}.
 *
 * @param <T> the kind of object
 */
final class Arrivals<T extends HasMetadata> implements ResourceEventHandler<T> {

  private final Predicate<T> isReady;
  private final Set<String> present = new HashSet<>();
  private final Map<String, Long> ready = new HashMap<>();

  Arrivals(Predicate<T> isReady) {
    this.isReady = isReady;
  }

  @Override
  public synchronized void onAdd(T object) {
    present.add(object.getMetadata().getUid());
    if (isReady.test(object)) {
      ready.putIfAbsent(object.getMetadata().getUid(), System.nanoTime());
    }
    notifyAll();
  }

  @Override
  public void onUpdate(T before, T object) {
    onAdd(object);
  }

  @Override
  public synchronized void onDelete(T object, boolean unknown) {
    present.remove(object.getMetadata().getUid());
    ready.remove(object.getMetadata().getUid());
    notifyAll();
  }

  synchronized int count() {
    return present.size();
  }

  synchronized int ready() {
    return ready.size();
  }

  /** When each object that is ready now became so. */
  synchronized Map<String, Long> readyAt() {
    return Map.copyOf(ready);
  }

  /** Waits until so many are there. */
  long awaitCount(int wanted, Duration limit) {
    return await("present", wanted, this::count, limit);
  }

  /** Waits until so many are ready. */
  long awaitReady(int wanted, Duration limit) {
    return await("ready", wanted, this::ready, limit);
  }

  private synchronized long await(
      String what, int wanted, java.util.function.IntSupplier now, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (now.getAsInt() != wanted) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new BenchException(
              "%d of %d %s after %d s".formatted(now.getAsInt(), wanted, what, limit.toSeconds()));
        }
        wait(left);
      }
      return System.nanoTime();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted");
    }
  }
}
