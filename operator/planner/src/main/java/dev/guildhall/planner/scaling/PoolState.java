package dev.guildhall.planner.scaling;

import java.math.BigDecimal;

/**
 * What the pool and the purse allow.
 *
 * @param freeGpus GPUs that whole groups could take now
 * @param quotaGpus most GPUs that the deployment may hold or wait for
 * @param pricePerGpuHour price of one GPU for one hour
 * @param budgetPerHour most that the deployment may cost per hour; null where there is no budget
 * @param currency of both
 */
public record PoolState(
    int freeGpus,
    int quotaGpus,
    BigDecimal pricePerGpuHour,
    BigDecimal budgetPerHour,
    String currency) {

  BigDecimal costPerHour(long gpus) {
    return pricePerGpuHour.multiply(BigDecimal.valueOf(gpus));
  }
}
