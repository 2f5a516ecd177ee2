package dev.guildhall.engine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.cluster.GroupView;
import dev.guildhall.engine.runtime.Generator;
import dev.guildhall.engine.runtime.RuntimeLimits;
import dev.guildhall.engine.runtime.RuntimeObserver;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WarmupTest {
  private static final GroupView COMPLETE = new GroupView(3, true, false, 0, 0, List.of(), "");

  private final Backend backend =
      Backends.named("cpu").open(TestGroup.sample(), new BackendOptions(64, 8, null));
  private final Generator generator =
      new Generator(backend, null, new RuntimeLimits(100, 32, 8, 4, 4), RuntimeObserver.NONE);
  private final BlockingQueue<Long> answered = new ArrayBlockingQueue<>(10);

  @AfterEach
  void close() {
    generator.close();
    backend.close();
  }

  @Test
  void goesOnAfterAProbeThatFailsInAnUnexpectedWay() throws InterruptedException {
    AtomicInteger probes = new AtomicInteger();
    Runnable probe =
        () -> {
          if (probes.incrementAndGet() < 3) {
            throw new IllegalStateException("not yet");
          }
        };
    try (Warmup warmup = new Warmup(generator, probe, answered::add, 0)) {
      warmup.seen(COMPLETE);
      assertThat(answered.poll(30, TimeUnit.SECONDS)).isEqualTo(3);
      assertThat(probes).hasValue(3);
    }
  }

  @Test
  void asksTheSameGroupAnewWhenItIsDoubted() throws InterruptedException {
    try (Warmup warmup = new Warmup(generator, () -> {}, answered::add, 0)) {
      warmup.seen(COMPLETE);
      assertThat(answered.poll(30, TimeUnit.SECONDS)).isEqualTo(3);
      warmup.again();
      assertThat(answered.poll(30, TimeUnit.SECONDS)).isEqualTo(3);
    }
  }
}
