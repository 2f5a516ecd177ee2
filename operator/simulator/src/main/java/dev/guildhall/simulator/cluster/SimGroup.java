package dev.guildhall.simulator.cluster;

import dev.guildhall.planner.scaling.GroupPhase;
import dev.guildhall.planner.scaling.RoleKind;
import dev.guildhall.simulator.model.RoleModel;
import dev.guildhall.simulator.model.Scenario;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One group: a queue, prompts in work, running answers, one step at a time. Work on a step costs no
 * more than the prompts in it and the answers that end with it.
 */
final class SimGroup {

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
  private long waitingTokens;
  private long promptTokens;
  private long contextTokens;
  private long heldTokens;
  private long stepTokens;

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

  /** Takes the queue away, for other groups. */
  List<Job> surrender() {
    var jobs = List.copyOf(waiting);
    waiting.clear();
    waitingTokens = 0;
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
    long budget = (long) role.maxBatchTokens() * ranks;
    int most = role.maxBatchTokens() * scenario.ranksPerPrompt();
    double keys = 0;
    double largestKeys = 0;
    int largest = 0;
    stepTokens = 0;
    for (Job job : prompts) {
      int take = (int) Math.min(Math.min(job.remaining, most), budget - stepTokens);
      double pairs = take * (job.request.inputTokens() - job.remaining + take / 2.0);
      job.inStep = take;
      stepTokens += take;
      keys += pairs;
      largest = Math.max(largest, take);
      largestKeys = Math.max(largestKeys, pairs);
    }
    long nanos =
        role.step()
            .nanos(
                Math.max((double) stepTokens / ranks, (double) largest / scenario.ranksPerPrompt()),
                Math.max(keys / ranks, largestKeys / scenario.ranksPerPrompt()),
                (double) running.size() / ranks,
                (double) contextTokens / ranks,
                balancedness);
    stats.step(nanos, stepTokens, running.size());
    nanos += pause;
    pause = 0;
    return nanos;
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
    promptTokens -= stepTokens;
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

  private void admit() {
    boolean decodes = role.kind() == RoleKind.DECODE;
    long budget = (long) role.maxBatchTokens() * scenario.ranksPerGroup();
    while (!waiting.isEmpty()
        && (decodes || promptTokens < budget)
        && (heldTokens + waiting.peek().cacheTokens() <= capacity || heldTokens == 0)) {
      var job = waiting.poll();
      waitingTokens -= size(job);
      heldTokens += job.cacheTokens();
      if (decodes) {
        run(job);
      } else {
        prompts.add(job);
        promptTokens += job.remaining;
      }
    }
  }

  private void run(Job job) {
    job.lastStep = steps + job.request.outputTokens() - 1;
    contextTokens += job.request.inputTokens() + 1;
    running.add(job, steps);
  }

  private long size(Job job) {
    return role.kind() == RoleKind.DECODE ? job.cacheTokens() : job.remaining;
  }

  double balancedness(long now) {
    return scenario.balance().after((now - placedAt) / 1e9);
  }

  boolean empty() {
    return waiting.isEmpty() && prompts.isEmpty() && running.size() == 0;
  }

  /** What routing compares: prompt tokens ahead of a new request, or cache taken. */
  long load() {
    return role.kind() == RoleKind.DECODE
        ? heldTokens + waitingTokens
        : promptTokens + waitingTokens;
  }

  long queuedTokens() {
    return waitingTokens;
  }

  int queued() {
    return waiting.size();
  }

  int working() {
    return prompts.size() + running.size();
  }

  double kvUse() {
    return Math.min(1, (double) heldTokens / capacity);
  }
}
