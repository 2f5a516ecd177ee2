package dev.guildhall.planner.scaling;

import java.util.Optional;

/**
 * What is to be known of a role before options are weighed.
 *
 * @param role the role
 * @param hold why signals cannot be used
 * @param need what it needs; null on hold
 * @param floor groups that a removal leaves: what the whole window needed, with its band
 * @param memory to hand on
 */
record Outlook(RoleState role, Optional<String> hold, RoleNeed need, int floor, RoleMemory memory) {

  static Outlook of(ScalingState state, RoleState role) {
    var memory = state.memoryOf(role.name());
    var freshness = new Freshness(state, role);
    var hold = freshness.hold();
    if (hold.isPresent()) {
      return new Outlook(role, hold, null, Integer.MAX_VALUE, memory.withoutNeeds());
    }
    var policy = state.policy();
    var now = state.atMillis();
    var demand = role.demand();
    var samples = freshness.samples();
    memory =
        memory
            .withRate(Rates.updated(role, memory.tokensPerSecond(), samples, state.serviceLevel()))
            .withDemand(new Point(now, demand.of(role.kind())), policy.riseSeconds())
            .withIdleSince(
                !demand.isIdle() || samples.stream().anyMatch(sample -> sample.running() > 0)
                    ? -1
                    : memory.idleSinceMillis() < 0 ? now : memory.idleSinceMillis());
    var need = new Needs(state, role, memory, samples).need();
    memory = memory.withNeed(new Point(now, need.exact()), policy.downSeconds());
    return new Outlook(role, hold, need, floor(state, role, memory), memory);
  }

  private static int floor(ScalingState state, RoleState role, RoleMemory memory) {
    var policy = state.policy();
    var needs = memory.needs();
    if (state.atMillis() - needs.getFirst().atMillis() < policy.downSeconds() * 1000) {
      return Integer.MAX_VALUE;
    }
    double most = needs.stream().mapToDouble(Point::value).max().orElse(0);
    return Math.max(Math.max(1, role.minGroups()), RoleNeed.whole(most * (1 + policy.downBand())));
  }

  /** Groups wanted: within the role's bounds, at least one while it is awake. */
  int wanted() {
    return Math.min(role.maxGroups(), Math.max(Math.max(1, role.minGroups()), need.groups()));
  }

  /** Groups that still drain do not keep it awake. */
  boolean asleep() {
    return role.credited() == 0 && role.minGroups() == 0;
  }

  boolean sleepy(ScalingState state) {
    return hold.isEmpty()
        && role.minGroups() == 0
        && role.credited() > 0
        && memory.idleSinceMillis() >= 0
        && state.atMillis() - memory.idleSinceMillis() >= state.policy().sleepSeconds() * 1000;
  }
}
