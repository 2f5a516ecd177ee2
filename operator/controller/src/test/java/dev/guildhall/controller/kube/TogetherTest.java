package dev.guildhall.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TogetherTest {

  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  private void call(CountDownLatch others) {
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    others.countDown();
    try {
      others.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    running.decrementAndGet();
    ended.incrementAndGet();
  }

  @Test
  @Timeout(30)
  void asManyRunBesideEachOtherAsAreAllowedAndNoMore() {
    var three = new CountDownLatch(3);
    Together.run(3, IntStream.range(0, 10).mapToObj(_ -> () -> call(three)));
    assertThat(most.get()).isEqualTo(3);
    assertThat(ended.get()).isEqualTo(10);
  }

  @Test
  void allRunToTheirEndThoughOneFailsAndItsFailureIsThrown() {
    var failure = new IllegalArgumentException("the second");
    var none = new CountDownLatch(0);
    assertThatThrownBy(
            () ->
                Together.run(
                    () -> call(none),
                    () -> {
                      throw failure;
                    },
                    () -> call(none)))
        .isSameAs(failure);
    assertThat(ended.get()).isEqualTo(2);
  }
}
