package dev.guildhall.planner.plan;

/**
 * What one group and one of its ranks takes; all sizes in bytes.
 *
 * @param layout what was asked
 * @param nodes fewest nodes of the pool that the group fits on
 * @param slotsPerRank expert slots of one rank in each layer that has experts
 * @param weights weights of one rank
 * @param redundancyBytes of the weights, what redundant experts take
 * @param cacheBytes latent cache of one rank
 * @param workspaceBytes activations of the largest step, and the process itself
 * @param memoryBytes memory of one GPU
 */
public record PhysicalPlan(
    GroupLayout layout,
    int nodes,
    int slotsPerRank,
    WeightBytes weights,
    long redundancyBytes,
    long cacheBytes,
    long workspaceBytes,
    long memoryBytes) {

  /** Bytes that one rank takes. */
  public long usedBytes() {
    return weights.total() + cacheBytes + workspaceBytes;
  }

  /** Bytes that stay free on one rank; negative where the plan does not fit. */
  public long headroomBytes() {
    return memoryBytes - usedBytes();
  }
}
