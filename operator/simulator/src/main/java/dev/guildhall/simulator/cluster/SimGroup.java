package dev.guildhall.simulator.cluster;

import dev.guildhall.planner.scaling.GroupPhase;
import dev.guildhall.planner.scaling.RoleKind;
import dev.guildhall.simulator.model.RoleModel;
import dev.guildhall.simulator.model.Scenario;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One group: a queue, prompts in work, running answers, one step at a time. Work on a step costs no
 * more than the prompts in it and the answers that end with it.
 */
final class SimGroup {

  private static final Comparator<Job> SHORTEST = Comparator.comparingInt(job -> job.remaining);

  final String name;
  final StepStats stats = new StepStats();
  private final Scenario scenario;
  private final long capacity;
  private final ArrayDeque<Job> waiting = new ArrayDeque<>();
  private final List<Job> prompts = new ArrayList<>();
  private final Answers running = new Answers();

  RoleModel role;

  /** The role it changes to once empty; null where it stays. */
  RoleModel next;

  GroupPhase phase = GroupPhase.PENDING;
  long since;
  long heldSince = -1;
  long placedAt;
  private long pause;
  private long steps;
  private boolean stepping;
  private double waitingTokens;
  private double promptTokens;
  private long contextTokens;
  private long heldTokens;
  private int unbegun;
  private double unbegunWork;
  private long stepTokens;
  private double stepWork;

  SimGroup(String name, Scenario scenario, RoleModel role, long now) {
    this.name = name;
    this.scenario = scenario;
    this.role = role;
    this.since = now;
    this.capacity = (long) scenario.ranksPerGroup() * scenario.cacheTokensPerRank();
  }

  void enter(GroupPhase next, long now) {
    phase = next;
    since = now;
  }

  void offer(Job job) {
    waiting.add(job);
    waitingTokens += size(job);
  }

  /** Takes away what has not begun, for other groups. */
  List<Job> surrender() {
    var jobs = new ArrayList<>(waiting);
    waiting.clear();
    waitingTokens = 0;
    for (Job job : List.copyOf(prompts)) {
      if (!job.begun()) {
        prompts.remove(job);
        heldTokens -= job.cacheTokens();
        promptTokens -= job.work;
        unbegun--;
        unbegunWork -= job.work;
        jobs.add(job);
      }
    }
    return jobs;
  }

  /** Experts are moved: the next step begins later. */
  void place(long now) {
    placedAt = now;
    pause = Math.round(scenario.balance().pauseSeconds() * 1e9);
  }

  /** Starts a step unless one runs or there is nothing to do; returns its nanoseconds, or -1. */
  long begin(long now) {
    if (stepping) {
      return -1;
    }
    admit();
    if (prompts.isEmpty() && running.size() == 0) {
      return -1;
    }
    stepping = true;
    double balancedness = balancedness(now);
    int ranks = scenario.ranksPerGroup();
    double promptMicros = compute(balancedness);
    long nanos =
        role.step()
            .nanos(
                promptMicros,
                (double) running.size() / ranks,
                (double) contextTokens / ranks,
                balancedness);
    stats.step(nanos, stepTokens, stepWork, running.size());
    nanos += pause;
    pause = 0;
    return nanos;
  }

  /** Gives prompts their share of the step; returns the microseconds of the most loaded rank. */
  private double compute(double balancedness) {
    var model = role.step();
    int shared = scenario.ranksPerPrompt();
    double left = role.stepMicros() * scenario.ranksPerGroup();
    double total = 0;
    double largest = 0;
    stepTokens = 0;
    stepWork = 0;
    prompts.sort(SHORTEST);
    for (Job job : prompts) {
      if (left <= 0) {
        break;
      }
      int done = job.request.inputTokens() - job.remaining;
      double fitting = model.fittingTokens(done, Math.min(left, role.stepMicros() * shared));
      int take = (int) Math.min(job.remaining, Math.max(1, fitting));
      double keys = take * (done + take / 2.0);
      double micros = model.promptMicros(take, keys, balancedness);
      if (!job.begun()) {
        unbegun--;
        unbegunWork -= job.work;
      }
      job.inStep = take;
      stepTokens += take;
      stepWork += job.workOf(take);
      left -= model.promptMicros(take, keys, 1);
      total += micros;
      largest = Math.max(largest, micros);
    }
    return Math.max(total / scenario.ranksPerGroup(), largest / shared);
  }

  /** Ends the step that runs. */
  void end(long now, Progress progress) {
    stepping = false;
    steps++;
    contextTokens += running.size();
    for (Job job = running.poll(steps); job != null; job = running.poll(steps)) {
      contextTokens -= job.cacheTokens();
      heldTokens -= job.cacheTokens();
      progress.finished(job, now);
    }
    promptTokens = Math.max(0, promptTokens - stepWork);
    var worked = List.copyOf(prompts);
    prompts.clear();
    for (Job job : worked) {
      job.remaining -= job.inStep;
      job.inStep = 0;
      if (job.remaining == 0) {
        drawn(job, now, progress);
      } else {
        prompts.add(job);
      }
    }
  }

  private void drawn(Job job, long now, Progress progress) {
    job.firstToken = now;
    boolean stays = role.kind() == RoleKind.UNIFIED;
    if (stays && job.request.outputTokens() > 1) {
      run(job);
    } else {
      heldTokens -= job.cacheTokens();
    }
    progress.firstToken(this, job, now);
  }

  /** Whatever the cache has room for; prompts then share steps, those with the least left first. */
  private void admit() {
    boolean decodes = role.kind() == RoleKind.DECODE;
    while (!waiting.isEmpty()
        && (heldTokens + waiting.peek().cacheTokens() <= capacity || heldTokens == 0)) {
      var job = waiting.poll();
      waitingTokens = waiting.isEmpty() ? 0 : Math.max(0, waitingTokens - size(job));
      heldTokens += job.cacheTokens();
      if (decodes) {
        run(job);
      } else {
        prompts.add(job);
        promptTokens += job.work;
        unbegun++;
        unbegunWork += job.work;
      }
    }
  }

  private void run(Job job) {
    job.lastStep = steps + job.request.outputTokens() - 1;
    contextTokens += job.request.inputTokens() + 1;
    running.add(job, steps);
  }

  private double size(Job job) {
    return role.kind() == RoleKind.DECODE ? job.cacheTokens() : job.workOf(job.remaining);
  }

  double balancedness(long now) {
    return scenario.balance().after((now - placedAt) / 1e9);
  }

  boolean empty() {
    return waiting.isEmpty() && prompts.isEmpty() && running.size() == 0;
  }

  /** What routing compares: prompt tokens ahead of a new request, or cache taken. */
  double load() {
    return role.kind() == RoleKind.DECODE
        ? heldTokens + waitingTokens
        : promptTokens + waitingTokens;
  }

  /** Work, or cache for answers, that no step has begun with. */
  double queuedTokens() {
    return waitingTokens + (unbegun == 0 ? 0 : Math.max(0, unbegunWork));
  }

  int queued() {
    return waiting.size() + unbegun;
  }

  int working() {
    return prompts.size() - unbegun + running.size();
  }

  double kvUse() {
    return Math.min(1, (double) heldTokens / capacity);
  }
}
