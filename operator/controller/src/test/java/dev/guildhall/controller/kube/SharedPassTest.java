package dev.guildhall.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedPassTest {

  @Test
  void callersThatComeDuringAPassShareTheNext() throws Exception {
    var passes = new AtomicInteger();
    var began = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var shared =
        new SharedPass<>(
            () -> {
              int number = passes.incrementAndGet();
              began.countDown();
              await(go);
              return number;
            },
            Duration.ZERO);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(shared::run);
      began.await();
      var late = new ArrayList<Future<Integer>>();
      var calling = new CountDownLatch(50);
      for (int i = 0; i < 50; i++) {
        late.add(
            threads.submit(
                () -> {
                  calling.countDown();
                  return shared.run();
                }));
      }
      calling.await();
      Thread.sleep(100);
      go.countDown();
      assertThat(first.get()).isEqualTo(1);
      for (var call : late) {
        assertThat(call.get()).as("a pass that began before the call").isGreaterThan(1);
      }
    }
    assertThat(passes).hasValueLessThan(10);
  }

  @Test
  void aFailureReachesTheCallerAndTheNextPassRuns() {
    var passes = new AtomicInteger();
    var shared =
        new SharedPass<>(
            () -> {
              if (passes.incrementAndGet() == 1) {
                throw new IllegalStateException("once");
              }
              return "done";
            },
            Duration.ZERO);
    assertThatThrownBy(shared::run).isInstanceOf(IllegalStateException.class).hasMessage("once");
    assertThat(shared.run()).isEqualTo("done");
  }

  @Test
  void callersOneAfterTheOtherWaitForThePause() {
    var begun = new ArrayList<Long>();
    var shared = new SharedPass<>(() -> begun.add(System.nanoTime()), Duration.ofMillis(50));
    for (int i = 0; i < 4; i++) {
      shared.run();
    }
    assertThat(begun).hasSize(4);
    for (int i = 1; i < 4; i++) {
      assertThat(begun.get(i) - begun.get(i - 1)).isGreaterThanOrEqualTo(50_000_000L);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
