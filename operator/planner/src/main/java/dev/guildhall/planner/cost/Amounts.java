package dev.guildhall.planner.cost;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * What a row adds up, exactly.
 *
 * @param gpuNanos GPU-nanoseconds
 * @param priceNanos sum of GPU-nanoseconds times the price per GPU-hour: divided by the nanoseconds
 *     of an hour it is the cost
 * @param requests requests
 * @param inputTokens computed prompt tokens
 * @param cachedTokens cached prompt tokens
 * @param outputTokens generated tokens
 * @param inputCharge charge for computed prompt tokens
 * @param cachedCharge charge for cached prompt tokens
 * @param outputCharge charge for generated tokens
 * @param unattributedNanos GPU-nanoseconds that requests reported beyond what their group held: not
 *     part of the bill
 */
record Amounts(
    BigInteger gpuNanos,
    BigDecimal priceNanos,
    long requests,
    long inputTokens,
    long cachedTokens,
    long outputTokens,
    BigDecimal inputCharge,
    BigDecimal cachedCharge,
    BigDecimal outputCharge,
    BigInteger unattributedNanos) {

  static final BigDecimal NANOS_PER_HOUR = BigDecimal.valueOf(3_600_000_000_000L);

  static final Amounts ZERO =
      new Amounts(
          BigInteger.ZERO,
          BigDecimal.ZERO,
          0,
          0,
          0,
          0,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigDecimal.ZERO,
          BigInteger.ZERO);

  static Amounts time(BigInteger gpuNanos, BigDecimal price) {
    return ZERO.withTime(gpuNanos, price.multiply(new BigDecimal(gpuNanos)));
  }

  static Amounts prefill(UsageTotal usage) {
    return new Amounts(
        BigInteger.ZERO,
        BigDecimal.ZERO,
        usage.requests(),
        usage.inputTokens(),
        usage.cachedTokens(),
        0,
        usage.inputCharge(),
        usage.cachedCharge(),
        BigDecimal.ZERO,
        BigInteger.ZERO);
  }

  static Amounts decode(UsageTotal usage) {
    return new Amounts(
        BigInteger.ZERO,
        BigDecimal.ZERO,
        0,
        0,
        0,
        usage.outputTokens(),
        BigDecimal.ZERO,
        BigDecimal.ZERO,
        usage.outputCharge(),
        BigInteger.ZERO);
  }

  static Amounts unattributed(BigInteger gpuNanos) {
    return new Amounts(
        BigInteger.ZERO,
        BigDecimal.ZERO,
        0,
        0,
        0,
        0,
        BigDecimal.ZERO,
        BigDecimal.ZERO,
        BigDecimal.ZERO,
        gpuNanos);
  }

  private Amounts withTime(BigInteger nanos, BigDecimal priced) {
    return new Amounts(
        nanos,
        priced,
        requests,
        inputTokens,
        cachedTokens,
        outputTokens,
        inputCharge,
        cachedCharge,
        outputCharge,
        unattributedNanos);
  }

  boolean isZero() {
    return gpuNanos.signum() == 0
        && requests == 0
        && inputTokens + cachedTokens + outputTokens == 0
        && unattributedNanos.signum() == 0;
  }

  Amounts plus(Amounts other) {
    return new Amounts(
        gpuNanos.add(other.gpuNanos),
        priceNanos.add(other.priceNanos),
        Math.addExact(requests, other.requests),
        Math.addExact(inputTokens, other.inputTokens),
        Math.addExact(cachedTokens, other.cachedTokens),
        Math.addExact(outputTokens, other.outputTokens),
        inputCharge.add(other.inputCharge),
        cachedCharge.add(other.cachedCharge),
        outputCharge.add(other.outputCharge),
        unattributedNanos.add(other.unattributedNanos));
  }
}
