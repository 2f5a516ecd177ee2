package dev.guildhall.planner.scaling;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.stream.Stream;

/** What one decision may still spend: free GPUs, quota and budget, shared by all its actions. */
final class Purse {

  /**
   * @param groups groups that may be added
   * @param reason what forbids more
   */
  record Bound(int groups, String reason) {}

  private final PoolState pool;
  private long free;
  private long committed;

  Purse(ScalingState state) {
    this.pool = state.pool();
    this.committed = state.committedGpus();
    this.free =
        pool.freeGpus()
            - state.roles().stream()
                .mapToLong(role -> (long) role.count(GroupPhase.PENDING) * role.gpusPerGroup())
                .sum();
  }

  /** How many groups of a role may be added, and which bound says so. */
  Bound bound(RoleState role) {
    int gpus = role.gpusPerGroup();
    var bounds =
        Stream.of(
            new Bound(
                role.maxGroups() - role.credited(),
                "maximum of %d groups".formatted(role.maxGroups())),
            groups(free, gpus, "the pool has %d free GPUs".formatted(Math.max(0, free))),
            groups(
                pool.quotaGpus() - committed, gpus, "quota of %d GPUs".formatted(pool.quotaGpus())),
            budget(gpus));
    var least = bounds.min(Comparator.comparingInt(Bound::groups)).orElseThrow();
    return new Bound(Math.max(0, least.groups()), least.reason());
  }

  void take(RoleState role, int groups) {
    long gpus = (long) groups * role.gpusPerGroup();
    free -= gpus;
    committed += gpus;
  }

  private Bound budget(int gpus) {
    BigDecimal price = pool.costPerHour(gpus);
    if (pool.budgetPerHour() == null || price.signum() <= 0) {
      return new Bound(Integer.MAX_VALUE, "no budget");
    }
    var left = pool.budgetPerHour().subtract(pool.costPerHour(committed));
    int groups =
        left.divide(price, 0, RoundingMode.FLOOR).min(BigDecimal.valueOf(1_000_000)).intValue();
    return new Bound(
        groups,
        "budget of %s %s per hour"
            .formatted(pool.budgetPerHour().toPlainString(), pool.currency()));
  }

  private static Bound groups(long gpus, int perGroup, String reason) {
    return new Bound((int) Math.floorDiv(gpus, (long) perGroup), reason);
  }
}
