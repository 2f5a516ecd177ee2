package dev.guildhall.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {

  @Test
  void everyTaskRunsOnceAlsoNestedAndFromManyThreads() throws InterruptedException {
    try (Workers workers = new Workers(3)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(4 * 20 * 20);
      List<Thread> callers = new ArrayList<>();
      for (int c = 0; c < 4; c++) {
        int base = c * 400;
        callers.add(
            Thread.ofPlatform()
                .start(
                    () ->
                        workers.run(
                            20,
                            i -> workers.run(20, j -> runs.incrementAndGet(base + 20 * i + j)))));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      for (int i = 0; i < runs.length(); i++) {
        assertThat(runs.get(i)).isEqualTo(1);
      }
    }
  }

  @Test
  void aFailureReachesTheCallerAndThePoolStaysUsable() {
    try (Workers workers = new Workers(2)) {
      assertThatThrownBy(
              () ->
                  workers.run(
                      50,
                      i -> {
                        if (i == 17) {
                          throw new IllegalStateException("task 17");
                        }
                      }))
          .hasMessage("task 17");
      AtomicInteger done = new AtomicInteger();
      workers.run(50, i -> done.incrementAndGet());
      assertThat(done).hasValue(50);
    }
  }

  @Test
  void bothGivesBothResultsWithAnyNumberOfThreads() {
    for (int threads = 1; threads <= 2; threads++) {
      try (Workers workers = new Workers(threads)) {
        Thread caller = Thread.currentThread();
        var both =
            workers.both(
                () -> {
                  assertThat(Thread.currentThread()).isSameAs(caller);
                  return 1;
                },
                () -> "two");
        assertThat(both).isEqualTo(new Workers.Both<>(1, "two"));
        assertThatThrownBy(
                () ->
                    workers.both(
                        () -> 1,
                        () -> {
                          throw new IllegalStateException("other");
                        }))
            .hasMessage("other");
      }
    }
  }

  @Test
  void aVirtualThreadNeverComputes() throws InterruptedException {
    try (Workers workers = new Workers(1)) {
      var seen = ConcurrentHashMap.<Boolean>newKeySet();
      AtomicReference<Integer> result = new AtomicReference<>();
      Thread.ofVirtual()
          .start(
              () ->
                  result.set(
                      workers.onPlatformThread(
                          () -> {
                            workers.run(3, i -> seen.add(Thread.currentThread().isVirtual()));
                            return 7;
                          })))
          .join();
      assertThat(result).hasValue(7);
      assertThat(seen).containsExactly(false);
    }
  }
}
