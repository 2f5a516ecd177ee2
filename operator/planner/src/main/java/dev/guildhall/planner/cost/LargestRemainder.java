package dev.guildhall.planner.cost;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rounds parts of a whole so that they still add up to it: floors, then one unit each to the
 * largest remainders.
 */
public final class LargestRemainder {
  private LargestRemainder() {}

  /**
   * Divides {@code total} in proportion to {@code weights}. Shares are whole, add up to {@code
   * total} and differ from exact proportion by less than one. Ties go to the earlier weight.
   *
   * @throws IllegalArgumentException if all weights are zero and the total is not, or one is
   *     negative
   */
  public static List<BigInteger> apportion(BigInteger total, List<BigInteger> weights) {
    BigInteger sum = weights.stream().reduce(BigInteger.ZERO, BigInteger::add);
    if (weights.stream().anyMatch(weight -> weight.signum() < 0)) {
      throw new IllegalArgumentException("negative weight in " + weights);
    }
    if (sum.signum() == 0) {
      if (total.signum() != 0) {
        throw new IllegalArgumentException("nobody to take " + total);
      }
      return weights;
    }
    List<BigInteger[]> parts =
        weights.stream().map(weight -> total.multiply(weight).divideAndRemainder(sum)).toList();
    return settle(total, parts);
  }

  /**
   * Rounds {@code numerators[i] / denominator} to {@code scale} decimals so that the results add up
   * to the sum rounded half-even.
   */
  public static List<BigDecimal> round(
      List<BigDecimal> numerators, BigDecimal denominator, int scale) {
    BigDecimal whole = numerators.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigInteger units = whole.divide(denominator, scale, RoundingMode.HALF_EVEN).unscaledValue();
    int digits = numerators.stream().mapToInt(BigDecimal::scale).max().orElse(0);
    BigInteger divisor = denominator.movePointRight(Math.max(digits, 0)).toBigIntegerExact();
    List<BigInteger[]> parts = new ArrayList<>();
    for (BigDecimal numerator : numerators) {
      BigInteger scaled = numerator.movePointRight(Math.max(digits, 0) + scale).toBigIntegerExact();
      BigInteger[] part = scaled.divideAndRemainder(divisor);
      if (part[1].signum() < 0) {
        part[0] = part[0].subtract(BigInteger.ONE);
        part[1] = part[1].add(divisor);
      }
      parts.add(part);
    }
    return settle(units, parts).stream().map(unit -> new BigDecimal(unit, scale)).toList();
  }

  private static List<BigInteger> settle(BigInteger total, List<BigInteger[]> parts) {
    List<BigInteger> result = new ArrayList<>(parts.stream().map(part -> part[0]).toList());
    int missing =
        total.subtract(result.stream().reduce(BigInteger.ZERO, BigInteger::add)).intValueExact();
    IntStream.range(0, parts.size())
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> parts.get(i)[1]).reversed())
        .limit(missing)
        .forEach(i -> result.set(i, result.get(i).add(BigInteger.ONE)));
    return result;
  }
}
