package dev.guildhall.planner.scaling;

import java.util.List;

/**
 * All that a decision depends on. Recorded, it gives the same decision again.
 *
 * @param atMillis now, milliseconds of the epoch
 * @param roles the deployment's roles
 * @param pool what the pool and the purse allow
 * @param serviceLevel what users were promised
 * @param policy how careful to be
 * @param memory what the last decision handed on; empty at first
 */
public record ScalingState(
    long atMillis,
    List<RoleState> roles,
    PoolState pool,
    ServiceLevel serviceLevel,
    ScalingPolicy policy,
    List<RoleMemory> memory) {

  /** Keeps copies. */
  public ScalingState {
    roles = List.copyOf(roles);
    memory = List.copyOf(memory);
  }

  RoleMemory memoryOf(String role) {
    return memory.stream()
        .filter(known -> known.role().equals(role))
        .findFirst()
        .orElseGet(() -> RoleMemory.empty(role));
  }

  /** GPUs that the deployment holds or waits for. */
  public long committedGpus() {
    return roles.stream()
        .mapToLong(role -> (long) role.groups().size() * role.gpusPerGroup())
        .sum();
  }
}
