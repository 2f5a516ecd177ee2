package dev.guildhall.engine.runtime;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.CacheGeometry;
import dev.guildhall.engine.backend.StepExperts;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Generates tokens for many requests at once on one backend. One thread plans and runs steps; all
 * public methods are safe for concurrent use and return without waiting for a step, but {@link
 * #drain} and {@link #close}.
 */
public final class Generator implements AutoCloseable {
  private static final long FULL_NANOS = 5_000_000;

  /** All ranks have heard of a new epoch within two beats of a second each, if they will. */
  private static final long CHANGING_NANOS = 3_000_000_000L;

  private static final long AGAIN_NANOS = 20_000_000;

  private final RuntimeLimits limits;
  private final Admission admission;
  private final PagePool pool;
  private final Scheduler scheduler;
  private final StepRunner steps;
  private final StepTimes times;
  private final Delivery delivery;
  private final Clock clock;
  private final SecureRandom seeds = new SecureRandom();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LockedPages pages;
  private final Map<String, Sequence> byId = new HashMap<>();
  private long submitted;
  private boolean draining;
  private boolean closed;

  /** Since when steps fail because the group changes; 0 where they do not. */
  private long changingSinceNanos;

  /** Requests that have ended but whose listener is still being told. */
  private int telling;

  private final Thread thread;

  /**
   * Starts the runtime's thread.
   *
   * @param experts computes routed experts over a group; null: the backend holds them all
   */
  public Generator(
      Backend backend, StepExperts experts, RuntimeLimits limits, RuntimeObserver observer) {
    this(backend, experts, limits, observer, Clock.SYSTEM);
  }

  Generator(
      Backend backend,
      StepExperts experts,
      RuntimeLimits limits,
      RuntimeObserver observer,
      Clock clock) {
    this.limits = limits;
    this.clock = clock;
    CacheGeometry cache = backend.cache();
    admission = new Admission(limits, cache);
    pool = new PagePool(cache.pages());
    pages = new LockedPages(lock, pool, backend);
    scheduler = new Scheduler(pool, cache.pageTokens(), limits, observer);
    steps = new StepRunner(backend, experts, limits.vocabulary(), clock);
    times = new StepTimes(observer);
    delivery = new Delivery(observer);
    thread = Thread.ofPlatform().name("generator").start(this::loop);
  }

  /**
   * Queues a request; its events go to {@code listener}.
   *
   * @throws AdmissionException if it is refused; the listener then hears nothing
   */
  public void submit(GenerationRequest request, GenerationListener listener) {
    admission.check(request);
    Long wanted = request.sampling().seed();
    long seed = wanted != null ? wanted : seeds.nextLong();
    lock.lock();
    try {
      if (draining || closed) {
        throw new AdmissionException(
            AdmissionException.Reason.UNAVAILABLE, "this rank is draining");
      }
      if (byId.containsKey(request.id())) {
        throw new AdmissionException(
            AdmissionException.Reason.DUPLICATE,
            "request " + request.id() + " is still being served");
      }
      if (scheduler.waiting() >= limits.maxWaiting()) {
        throw new AdmissionException(
            AdmissionException.Reason.QUEUE_FULL,
            "%d requests are waiting, this rank takes no more".formatted(scheduler.waiting()));
      }
      Sequence sequence = new Sequence(request, listener, submitted++, clock.nanos(), seed);
      byId.put(request.id(), sequence);
      scheduler.enqueue(sequence);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends a request before the next step, as {@link Completion.Reason#CANCELLED}.
   *
   * @return whether there was one of that id
   */
  public boolean cancel(String id) {
    lock.lock();
    try {
      Sequence sequence = byId.get(id);
      if (sequence != null) {
        sequence.end(Ending.CANCELLED);
        changed.signalAll();
      }
      return sequence != null;
    } finally {
      lock.unlock();
    }
  }

  /** Ends all present requests before the next step, as {@link Completion.Reason#UNAVAILABLE}. */
  public void abortAll(String why) {
    lock.lock();
    try {
      Ending ending = new Ending(Completion.Reason.UNAVAILABLE, why);
      byId.values().forEach(s -> s.end(ending));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Refuses new requests from now on, lets present ones finish, and cancels those that have not
   * after {@code bound}.
   *
   * @return how many were cancelled
   */
  public int drain(Duration bound) throws InterruptedException {
    lock.lock();
    try {
      draining = true;
      long left = bound.toNanos();
      while (busy() && left > 0) {
        left = changed.awaitNanos(left);
      }
      int aborted = byId.size();
      byId.values().forEach(s -> s.end(Ending.CANCELLED));
      changed.signalAll();
      while (busy()) {
        changed.await();
      }
      return aborted;
    } finally {
      lock.unlock();
    }
  }

  /** Holds the full pages at the beginning of a prompt that the cache has, for one salt. */
  public HeldPrefix prefix(int[] prompt, byte[] salt) {
    return new HeldPrefix(pages, prompt, salt);
  }

  /** Reads the pages of a prompt as they come into the cache, for one salt. */
  public PrefixReader reader(int[] prompt, byte[] salt) {
    return new PrefixReader(pages, prompt, salt);
  }

  /** How it is doing. */
  public RuntimeStatus status() {
    lock.lock();
    try {
      return new RuntimeStatus(
          scheduler.running(),
          scheduler.waiting(),
          scheduler.queuedTokens(),
          pool.used(),
          pool.capacity(),
          draining,
          times.prefillNanos(),
          times.decodeNanos());
    } finally {
      lock.unlock();
    }
  }

  /** Whether the runtime's thread lives. */
  public boolean alive() {
    return thread.isAlive();
  }

  /** Ends all requests as cancelled and stops the thread; the backend stays open. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean busy() {
    return !byId.isEmpty() || telling > 0;
  }

  private void loop() {
    try {
      StepPlan plan = next();
      while (plan != null) {
        run(plan);
        plan = next();
      }
    } finally {
      // Also after an Error: nobody is left waiting for an answer that cannot come.
      stop();
    }
  }

  /** Waits for something to compute; null at the end. */
  private StepPlan next() {
    while (true) {
      StepPlan plan = null;
      Map<Sequence, Ending> over;
      lock.lock();
      try {
        while (!closed && byId.isEmpty()) {
          changed.awaitUninterruptibly();
        }
        if (closed) {
          return null;
        }
        over = endings();
        if (over.isEmpty()) {
          plan = scheduler.plan(clock.nanos());
          if (plan.slots().isEmpty()) {
            await(FULL_NANOS);
          }
        }
      } finally {
        lock.unlock();
      }
      over.forEach(this::end);
      if (plan != null && !plan.slots().isEmpty()) {
        return plan;
      }
    }
  }

  /**
   * Everything waits: for the cache, which is full of prefixes that are held, or for ranks that
   * hear of a new epoch. Both take a moment.
   */
  private void await(long nanos) {
    try {
      changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sequences that must not see another step. */
  private Map<Sequence, Ending> endings() {
    Map<Sequence, Ending> over = new LinkedHashMap<>();
    long now = clock.unixMillis();
    for (Sequence sequence : scheduler.all()) {
      long deadline = sequence.request.deadlineUnixMillis();
      if (sequence.ending() != null) {
        over.put(sequence, sequence.ending());
      } else if (deadline != 0 && now >= deadline) {
        over.put(sequence, new Ending(Completion.Reason.DEADLINE, "the deadline passed"));
      }
    }
    return over;
  }

  private void run(StepPlan plan) {
    StepRunner.Outcome outcome = steps.run(plan);
    lock.lock();
    try {
      times.add(plan, outcome.nanos());
      if (outcome.failure() == null) {
        scheduler.computed(plan);
      }
      if (tryAgain(outcome)) {
        await(AGAIN_NANOS);
        return;
      }
    } finally {
      lock.unlock();
    }
    for (int i = 0; i < plan.slots().size(); i++) {
      Sequence sequence = plan.slots().get(i).sequence();
      Ending over = outcome.failure();
      if (over == null && outcome.drawn().get(i) != null) {
        over = delivery.token(sequence, outcome.drawn().get(i), outcome.endNanos());
      } else if (over == null && sequence.generated() == 0) {
        delivery.computed(sequence);
      }
      if (over != null) {
        end(sequence, over);
      }
    }
  }

  /** Whether a failed step is to be planned anew: what it was to compute is as it was. */
  private boolean tryAgain(StepRunner.Outcome outcome) {
    if (!outcome.passing()) {
      changingSinceNanos = 0;
      return false;
    }
    if (changingSinceNanos == 0) {
      changingSinceNanos = outcome.startNanos();
    }
    return outcome.endNanos() - changingSinceNanos < CHANGING_NANOS;
  }

  private void end(Sequence sequence, Ending why) {
    lock.lock();
    try {
      scheduler.remove(sequence);
      byId.remove(sequence.request.id());
      telling++;
    } finally {
      lock.unlock();
    }
    delivery.finished(sequence, why, clock.nanos());
    lock.lock();
    try {
      telling--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void stop() {
    List<Sequence> left;
    lock.lock();
    try {
      closed = true;
      left = scheduler.all();
    } finally {
      lock.unlock();
    }
    Ending stopped = new Ending(Completion.Reason.CANCELLED, "this rank stopped");
    left.forEach(s -> end(s, stopped));
  }
}
