package dev.guildhall.engine.server;

import dev.guildhall.engine.backend.ExpertsUnavailableException;
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
import java.util.function.LongConsumer;

/**
 * Draws one real token whenever the group has formed anew or somebody doubts it, and only then lets
 * this rank say that it has answered. Tries again until it works or the group changes.
 */
final class Warmup implements AutoCloseable {
  private final Generator generator;
  private final Runnable probe;
  private final LongConsumer answered;
  private final int token;
  private final Object changed = new Object();
  private GroupView target = null;
  private Goal reached = new Goal(-1, 0);
  private int doubts;
  private final Thread thread;

  /** What a warm-up is good for: one epoch, and no doubt since. */
  private record Goal(long epoch, int doubts) {}

  /**
   * @param probe has every rank compute something, or throws
   * @param answered told of each epoch in which a token was drawn
   * @param token to start from: any that the model knows
   */
  Warmup(Generator generator, Runnable probe, LongConsumer answered, int token) {
    this.generator = generator;
    this.probe = probe;
    this.answered = answered;
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

  /** Called when a rank of the group has failed: it must answer again. */
  void again() {
    synchronized (changed) {
      doubts++;
      changed.notifyAll();
    }
  }

  private void loop() {
    String told = "";
    try {
      while (true) {
        Goal goal = await();
        String problem = attempt(goal.epoch());
        if (problem.isEmpty()) {
          reach(goal);
          told = "";
        } else {
          if (!problem.equals(told)) {
            Log.event("warm-up failed", "epoch", goal.epoch(), "reason", problem);
            told = problem;
          }
          // Peers learn of a new epoch within a heartbeat.
          Thread.sleep(100);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for a complete group of which it is not known that it answers. */
  private Goal await() throws InterruptedException {
    synchronized (changed) {
      while (target == null || !target.complete() || reached.equals(goal())) {
        changed.wait();
      }
      return goal();
    }
  }

  private Goal goal() {
    return new Goal(target.epoch(), doubts);
  }

  private void reach(Goal goal) {
    synchronized (changed) {
      if (doubts != goal.doubts()) {
        return;
      }
      reached = goal;
    }
    answered.accept(goal.epoch());
    Log.event("warmed up", "epoch", goal.epoch());
  }

  /** Empty if a token came through the whole group. */
  private String attempt(long epoch) throws InterruptedException {
    CompletableFuture<Completion> end = new CompletableFuture<>();
    try {
      probe.run();
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
    } catch (RuntimeException e) {
      // Whatever it is, a rank that stops trying here would never be ready.
      return e.toString();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a completion never fails", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
