package dev.guildhall.planner.cost;

import java.math.BigDecimal;
import java.util.Map;

/**
 * One row of a cost report. GPU-seconds have nine decimals and are exact; money is rounded to the
 * report's decimals so that rows add up to the total.
 *
 * @param group value of each dimension asked for, in that order, by its name on the wire
 * @param gpuSeconds GPU-seconds that the row is billed for
 * @param cost what those GPU-seconds cost the pool
 * @param requests requests that ended in the period
 * @param inputTokens prompt tokens that were computed
 * @param cachedInputTokens prompt tokens taken from the prefix cache
 * @param outputTokens generated tokens
 * @param inputCharge what the tenant pays for input tokens
 * @param cachedInputCharge what the tenant pays for cached input tokens
 * @param outputCharge what the tenant pays for output tokens
 * @param charge sum of the three charges
 * @param margin charge less cost
 * @param unattributedGpuSeconds GPU-seconds reported beyond what the group held; not billed
 */
public record CostRow(
    Map<String, String> group,
    BigDecimal gpuSeconds,
    BigDecimal cost,
    long requests,
    long inputTokens,
    long cachedInputTokens,
    long outputTokens,
    BigDecimal inputCharge,
    BigDecimal cachedInputCharge,
    BigDecimal outputCharge,
    BigDecimal charge,
    BigDecimal margin,
    BigDecimal unattributedGpuSeconds) {}
