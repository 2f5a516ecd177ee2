package dev.guildhall.ledger;

import java.math.BigDecimal;
import java.util.List;

/**
 * What tokens cost.
 *
 * @param currency ISO 4217
 * @param prices one per model, ordered by model
 */
public record RateCard(String currency, List<Price> prices) {

  /**
   * Prices of one model per million tokens. A cached input token costs no more than a computed one.
   */
  public record Price(String model, BigDecimal input, BigDecimal cachedInput, BigDecimal output) {

    /** A price of nothing, for models without one. */
    static Price free(String model) {
      return new Price(model, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);
    }

    BigDecimal inputCharge(long tokens) {
      return perMillion(input, tokens);
    }

    BigDecimal cachedCharge(long tokens) {
      return perMillion(cachedInput, tokens);
    }

    BigDecimal outputCharge(long tokens) {
      return perMillion(output, tokens);
    }

    private static BigDecimal perMillion(BigDecimal price, long tokens) {
      return price.multiply(BigDecimal.valueOf(tokens)).movePointLeft(6);
    }
  }
}
