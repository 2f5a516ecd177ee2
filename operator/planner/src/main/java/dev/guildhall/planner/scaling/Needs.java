package dev.guildhall.planner.scaling;

import java.util.ArrayList;
import java.util.List;

/** Turns the signals of one role into votes, in groups. */
final class Needs {

  private final ScalingState state;
  private final RoleState role;
  private final RoleMemory memory;
  private final List<GroupSample> samples;
  private final Trend trend;

  /**
   * @param memory with this instant's demand and rate
   * @param samples usable ones of ready groups
   */
  Needs(ScalingState state, RoleState role, RoleMemory memory, List<GroupSample> samples) {
    this.state = state;
    this.role = role;
    this.memory = memory;
    this.samples = samples;
    this.trend = Trend.of(memory.demand(), role.startSeconds(), state.policy().riseShare());
  }

  RoleNeed need() {
    var votes = new ArrayList<Vote>();
    if (role.kind().prefills()) {
      votes.add(tokens());
      lateFirstTokens(votes);
    }
    if (role.kind().decodes()) {
      votes.add(kv());
      votes.add(tokenTime());
    }
    double balancedness =
        samples.stream().mapToDouble(GroupSample::balancedness).average().orElse(1);
    var need = RoleNeed.of(role.name(), votes, balancedness);
    return justRebalanced() ? Balance.rebalanced(need, state.policy()) : need;
  }

  /**
   * Demand when a group wanted now is there, and the queue worked off by then: groups wanted now
   * cannot do it sooner.
   */
  private Vote tokens() {
    var policy = state.policy();
    double rate = memory.tokensPerSecond();
    double drain =
        Math.max(policy.queueShare() * state.serviceLevel().ttftSeconds(), role.startSeconds());
    double queued = samples.stream().mapToDouble(GroupSample::queuedTokens).sum();
    return new Vote(
        "queued and arriving tokens ÷ measured rate",
        trend.expected() / (rate * policy.prefillUse()) + queued / (rate * drain));
  }

  /**
   * Late first tokens although the rate suffices: one more, but only once what is wanted is there.
   */
  private void lateFirstTokens(List<Vote> votes) {
    var demand = role.demand();
    double late = state.serviceLevel().ttftSeconds();
    double queued = samples.stream().mapToDouble(GroupSample::queuedTokens).sum();
    double wait = queued / (memory.tokensPerSecond() * Math.max(1, samples.size()));
    if (demand.requestsPerSecond() > 0
        && demand.ttftSeconds() > late
        && wait > late * state.policy().queueShare() / 2) {
      votes.add(new Vote("time to first token", role.credited() + (settled() ? 1 : 0)));
    }
  }

  private Vote kv() {
    double held = samples.stream().mapToDouble(GroupSample::kvUse).sum();
    double waiting =
        role.kind() == RoleKind.DECODE
            ? samples.stream().mapToDouble(GroupSample::queuedTokens).sum() / role.cacheTokens()
            : 0;
    return new Vote(
        "latent cache in use", (held + waiting) / state.policy().kvUse() * trend.rise());
  }

  /** Step time is its floor plus a load that adds up over groups, whoever carries it. */
  private Vote tokenTime() {
    double idle = role.idleTokenSeconds();
    double room = state.serviceLevel().tpotSeconds() * state.policy().tpotUse() - idle;
    if (room <= 0) {
      return new Vote("time per output token (out of reach of this layout)", role.credited());
    }
    double load =
        samples.stream().mapToDouble(sample -> Math.max(0, sample.tokenSeconds() - idle)).sum();
    return new Vote("time per output token", load / room * trend.rise());
  }

  private boolean justRebalanced() {
    return memory.rebalancedMillis() >= 0
        && state.atMillis() - memory.rebalancedMillis() <= state.policy().staleSeconds() * 1000;
  }

  /** Percentiles look back: they say nothing about groups that are not there or have just come. */
  private boolean settled() {
    return role.groups().stream()
        .filter(group -> group.phase() != GroupPhase.DRAINING)
        .allMatch(
            group ->
                group.phase() == GroupPhase.READY
                    && state.atMillis() - group.sinceMillis()
                        > state.policy().staleSeconds() * 1000);
  }
}
