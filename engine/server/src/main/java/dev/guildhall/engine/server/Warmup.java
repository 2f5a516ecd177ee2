package dev.guildhall.engine.server;

import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.cluster.ExpertGroup;
import dev.guildhall.engine.cluster.GroupView;
import dev.guildhall.engine.runtime.AdmissionException;
import dev.guildhall.engine.runtime.Completion;
import dev.guildhall.engine.runtime.GenerationListener;
import dev.guildhall.engine.runtime.GenerationRequest;
import dev.guildhall.engine.runtime.Generator;
import dev.guildhall.engine.runtime.SampledToken;
import dev.guildhall.engine.runtime.SamplingParams;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Draws one real token whenever the group has formed anew, and only then lets this rank say that it
 * has answered. Tries again until it works or the group changes.
 */
final class Warmup implements AutoCloseable {
  private final Generator generator;
  private final ExpertGroup group;
  private final int token;
  private final Object changed = new Object();
  private GroupView target = null;
  private final Thread thread;

  /**
   * @param token to start from: any that the model knows
   */
  Warmup(Generator generator, ExpertGroup group, int token) {
    this.generator = generator;
    this.group = group;
    this.token = token;
    thread = Thread.ofPlatform().name("warmup").daemon().start(this::loop);
  }

  /** Called with every new view of the group. */
  void seen(GroupView view) {
    synchronized (changed) {
      target = view;
      changed.notifyAll();
    }
  }

  private void loop() {
    long done = -1;
    try {
      while (true) {
        long epoch = await(done);
        String problem = attempt(epoch);
        if (problem.isEmpty()) {
          done = epoch;
          group.answered(epoch);
          Log.event("warmed up", "epoch", epoch);
        } else {
          Log.event("warm-up failed", "epoch", epoch, "reason", problem);
          // Peers learn of a new epoch within a heartbeat.
          Thread.sleep(100);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a complete group of another epoch than {@code done}. */
  private long await(long done) throws InterruptedException {
    synchronized (changed) {
      while (target == null || !target.complete() || target.epoch() == done) {
        changed.wait();
      }
      return target.epoch();
    }
  }

  /** Empty if a token came through the whole group. */
  private String attempt(long epoch) throws InterruptedException {
    CompletableFuture<Completion> end = new CompletableFuture<>();
    try {
      group.probe();
      generator.submit(
          new GenerationRequest(
              "warmup-" + epoch + "-" + UUID.randomUUID(),
              new int[] {token},
              1,
              SamplingParams.GREEDY,
              Set.of()),
          new GenerationListener() {
            @Override
            public void token(SampledToken sampled) {}

            @Override
            public void finished(Completion completion) {
              end.complete(completion);
            }
          });
      Completion completion = end.get();
      return completion.reason() == Completion.Reason.LENGTH ? "" : completion.error();
    } catch (ExpertsUnavailableException | AdmissionException e) {
      return e.getMessage();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a completion never fails", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
