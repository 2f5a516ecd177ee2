package dev.guildhall.engine.cpu;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * A fixed pool of platform threads for kernels. Whoever asks for work takes part in it and never
 * waits for work that nobody has begun, so calls may nest and come from many threads at once.
 */
final class Workers implements AutoCloseable {
  private final int threads;
  private final ExecutorService pool;

  Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread is needed, not " + threads);
    }
    this.threads = threads;
    this.pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("guildhall-cpu-", 0).factory());
  }

  int threads() {
    return threads;
  }

  /** Runs {@code body} for 0 until {@code tasks}, each once, and returns when all are done. */
  void run(int tasks, IntConsumer body) {
    if (tasks == 1 || threads == 1) {
      for (int i = 0; i < tasks; i++) {
        body.accept(i);
      }
      return;
    }
    Batch batch = new Batch(tasks, body);
    for (int i = 1; i < Math.min(tasks, threads); i++) {
      pool.execute(batch);
    }
    batch.run();
    batch.await();
  }

  /**
   * Runs {@code mine} on this thread and {@code other} beside it where a thread is free, else after
   * it.
   */
  <A, B> Both<A, B> both(Supplier<A> mine, Supplier<B> other) {
    FutureTask<B> task = new FutureTask<>(other::get);
    if (threads > 1) {
      pool.execute(task);
    }
    try {
      A a = mine.get();
      task.run();
      return new Both<>(a, get(task));
    } finally {
      task.cancel(false);
    }
  }

  /** What {@link #both} gives. */
  record Both<A, B>(A mine, B other) {}

  /** Runs {@code work} on a platform thread: this one, or one of the pool if this is virtual. */
  <T> T onPlatformThread(Supplier<T> work) {
    if (!Thread.currentThread().isVirtual()) {
      return work.get();
    }
    FutureTask<T> task = new FutureTask<>(work::get);
    pool.execute(task);
    return get(task);
  }

  private static <T> T get(FutureTask<T> task) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          // A kernel takes milliseconds: finish, then let the caller see the interrupt.
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    pool.shutdown();
  }

  /** Tasks that several threads draw from. */
  private static final class Batch implements Runnable {
    private static final int SPINS = 2000;
    private final int tasks;
    private final IntConsumer body;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch left;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Batch(int tasks, IntConsumer body) {
      this.tasks = tasks;
      this.body = body;
      this.left = new CountDownLatch(tasks);
    }

    @Override
    public void run() {
      for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            body.accept(i);
          }
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          left.countDown();
        }
      }
    }

    void await() {
      for (int i = 0; i < SPINS && left.getCount() > 0; i++) {
        Thread.onSpinWait();
      }
      boolean interrupted = false;
      while (true) {
        try {
          left.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      switch (failure.get()) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
  }
}
