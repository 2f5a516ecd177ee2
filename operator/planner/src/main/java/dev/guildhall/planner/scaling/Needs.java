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
    this.trend = Trend.of(memory.demand(), role.startSeconds());
  }

  RoleNeed need() {
    var votes = new ArrayList<Vote>();
    if (role.kind().prefills()) {
      votes.add(tokens());
      lateFirstTokens(votes);
    }
    if (role.kind().decodes()) {
      answers(votes);
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
    double reserve = trend.expected() / policy.prefillUse() - trend.level();
    return new Vote(
        Signal.TOKENS,
        (trend.level() + reserve * lateness()) / rate + queuedTokens() / (rate * drain));
  }

  /**
   * How much of the reserve first tokens need: none while their percentile is under a quarter of
   * its target, all from three quarters on.
   */
  private double lateness() {
    double ratio = role.demand().ttftSeconds() / state.serviceLevel().ttftSeconds();
    return Double.isFinite(ratio) ? Math.clamp(2 * ratio - 0.5, 0, 1) : 1;
  }

  /**
   * Late first tokens although the rate suffices: one more, but only once what is wanted is there.
   */
  private void lateFirstTokens(List<Vote> votes) {
    var demand = role.demand();
    double late = state.serviceLevel().ttftSeconds();
    double wait = queuedTokens() / (memory.tokensPerSecond() * Math.max(1, samples.size()));
    if (demand.requestsPerSecond() > 0
        && demand.ttftSeconds() > late
        && wait > late * state.policy().queueShare() / 2) {
      votes.add(new Vote(Signal.FIRST_TOKEN, role.credited() + (settled() ? 1 : 0)));
    }
  }

  private void answers(List<Vote> votes) {
    var policy = state.policy();
    var load = DecodeLoad.of(samples, role.idleTokenSeconds());
    double waiting =
        role.kind() == RoleKind.DECODE ? queuedTokens() / role.cacheTokens() / policy.kvUse() : 0;
    votes.add(new Vote(Signal.CACHE, load.groupsByCache(policy.kvUse()) * trend.rise() + waiting));
    double byTime =
        load.groupsByTime(state.serviceLevel().tpotSeconds() * policy.tpotUse()) * trend.rise();
    votes.add(Double.isFinite(byTime) ? new Vote(Signal.TOKEN_TIME, byTime) : tooSlow());
  }

  /**
   * No group was ever seen to be fast enough. Where all of them were busy then, one more shows
   * whether less to do for each helps; else it does not.
   */
  private Vote tooSlow() {
    return role.knowsIdle()
        ? new Vote(Signal.TOKEN_TIME_OUT_OF_REACH, role.credited())
        : new Vote(Signal.TOKEN_TIME, role.credited() + (settled() ? 1 : 0));
  }

  private double queuedTokens() {
    return samples.stream().mapToDouble(GroupSample::queuedTokens).sum();
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
