package dev.guildhall.controller.kube;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Calls to the API server that do not depend on each other, beside each other. */
public final class Together {

  private Together() {}

  /**
   * Runs all to their end.
   *
   * @throws RuntimeException what the first of them that failed threw
   */
  public static void run(Runnable... calls) {
    run(calls.length, Stream.of(calls));
  }

  /**
   * Runs all to their end, no more than so many at a time.
   *
   * @throws RuntimeException what the first of them that failed threw
   */
  public static void run(int atOnce, Stream<Runnable> calls) {
    try (var threads = Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
      calls.map(threads::submit).toList().forEach(Together::await);
    }
  }

  private static void await(Future<?> call) {
    try {
      call.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while objects were written", e);
    }
  }
}
