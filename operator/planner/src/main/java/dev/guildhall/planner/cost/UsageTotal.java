package dev.guildhall.planner.cost;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * What one key of one tenant used in one group during a period. A request belongs to the period
 * that holds the instant at which it ended, as a whole.
 *
 * @param tenant the tenant
 * @param key id of the API key
 * @param model model name
 * @param deployment {@code NAMESPACE/NAME}
 * @param group group object's name
 * @param requests number of requests
 * @param inputTokens prompt tokens that were computed
 * @param cachedTokens prompt tokens taken from the prefix cache
 * @param outputTokens generated tokens
 * @param prefillGpuNanos GPU-nanoseconds of prefill: share of step time times ranks
 * @param decodeGpuNanos GPU-nanoseconds of decode
 * @param inputCharge price of the input tokens by rate card
 * @param cachedCharge price of the cached tokens
 * @param outputCharge price of the output tokens
 */
public record UsageTotal(
    String tenant,
    String key,
    String model,
    String deployment,
    String group,
    long requests,
    long inputTokens,
    long cachedTokens,
    long outputTokens,
    BigInteger prefillGpuNanos,
    BigInteger decodeGpuNanos,
    BigDecimal inputCharge,
    BigDecimal cachedCharge,
    BigDecimal outputCharge) {}
