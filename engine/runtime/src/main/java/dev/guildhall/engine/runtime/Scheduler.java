package dev.guildhall.engine.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Decides what each step computes: continuous batching under a budget of token rows. Generated
 * tokens go first, so that a long prompt never stalls them; prompts share what is left, in chunks.
 * When pages run out, the least urgent sequence (highest priority number, newest first) loses its
 * pages and is computed again later. Pure book-keeping, not safe for concurrent use.
 */
final class Scheduler {
  private static final Comparator<Sequence> URGENCY =
      Comparator.<Sequence>comparingInt(s -> s.request.priority()).thenComparingLong(s -> s.order);

  private final PagePool pool;
  private final int pageTokens;
  private final RuntimeLimits limits;
  private final RuntimeObserver observer;
  private final TreeSet<Sequence> waiting = new TreeSet<>(URGENCY);
  private final TreeSet<Sequence> running = new TreeSet<>(URGENCY);

  /** The step being planned. */
  private final Map<Sequence, StepPlan.Slot> slots = new LinkedHashMap<>();

  private int budget;

  Scheduler(PagePool pool, int pageTokens, RuntimeLimits limits, RuntimeObserver observer) {
    this.pool = pool;
    this.pageTokens = pageTokens;
    this.limits = limits;
    this.observer = observer;
  }

  void enqueue(Sequence sequence) {
    waiting.add(sequence);
  }

  int waiting() {
    return waiting.size();
  }

  int running() {
    return running.size();
  }

  /** Tokens that waiting requests will have to compute. */
  long queuedTokens() {
    return waiting.stream().mapToLong(Sequence::remaining).sum();
  }

  /** All sequences, running ones first. */
  List<Sequence> all() {
    return Stream.concat(running.stream(), waiting.stream()).toList();
  }

  /** Forgets a sequence and takes its pages back. */
  void remove(Sequence sequence) {
    if (running.remove(sequence)) {
      sequence.releasePages(pool);
    } else {
      waiting.remove(sequence);
    }
  }

  /** The next step; empty if there is nothing to compute. */
  StepPlan plan(long nowNanos) {
    slots.clear();
    budget = limits.maxBatchTokens();
    boolean preempted = false;
    for (Sequence sequence : List.copyOf(running)) {
      if (sequence.decoding()) {
        preempted |= !grant(sequence);
      }
    }
    for (Sequence sequence : List.copyOf(running)) {
      if (!slots.containsKey(sequence)) {
        preempted |= !grant(sequence);
      }
    }
    // Whoever was just displaced would only displace the next.
    if (!preempted) {
      admit(nowNanos);
    }
    return new StepPlan(new ArrayList<>(slots.values()));
  }

  /** Records that a step's tokens are in the cache. */
  void computed(StepPlan plan) {
    for (StepPlan.Slot slot : plan.slots()) {
      Sequence sequence = slot.sequence();
      if (running.contains(sequence)) {
        sequence.computed += slot.count();
        sequence.publishFullPages(pool, pageTokens);
      }
    }
  }

  /** Gives a running sequence rows and pages; false if pages had to be taken from someone. */
  private boolean grant(Sequence sequence) {
    int count = chunk(sequence);
    if (count == 0 || !running.contains(sequence)) {
      return true;
    }
    boolean free = true;
    while (sequence.pageCount() * pageTokens < sequence.computed + count) {
      int page = pool.acquire();
      if (page >= 0) {
        sequence.addPage(page);
        continue;
      }
      free = false;
      Sequence victim = running.last();
      preempt(victim);
      if (victim == sequence) {
        return false;
      }
    }
    schedule(sequence, count);
    return free;
  }

  private int chunk(Sequence sequence) {
    int most = sequence.echoing() ? Math.min(budget, limits.maxLogitRows()) : budget;
    return Math.min(sequence.remaining(), most);
  }

  private void schedule(Sequence sequence, int count) {
    slots.put(sequence, new StepPlan.Slot(sequence, count, sequence.decoding()));
    budget -= count;
  }

  private void preempt(Sequence victim) {
    StepPlan.Slot lost = slots.remove(victim);
    if (lost != null) {
      budget += lost.count();
    }
    running.remove(victim);
    victim.releasePages(pool);
    waiting.add(victim);
    observer.preempted();
  }

  private void admit(long nowNanos) {
    while (!waiting.isEmpty() && running.size() < limits.maxSequences() && budget > 0) {
      Sequence next = waiting.first();
      int found = next.echoing() ? 0 : next.sharePrefix(pool, pageTokens);
      // All that is known of it must fit, or the next chunk would displace somebody.
      int needed = Math.ceilDiv(next.length(), pageTokens) - next.pageCount();
      if (needed > pool.available()) {
        next.releasePages(pool);
        return;
      }
      waiting.remove(next);
      running.add(next);
      observer.prefixLookup(next.length(), found);
      if (!next.admitted) {
        next.admitted = true;
        next.cachedTokens = Math.min(found, next.request.freshFrom());
        next.queueNanos = nowNanos - next.arrivalNanos;
        observer.admitted(next.queueNanos);
      }
      grant(next);
    }
  }
}
