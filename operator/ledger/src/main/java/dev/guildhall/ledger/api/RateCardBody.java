package dev.guildhall.ledger.api;

import dev.guildhall.ledger.InvalidRequestException;
import dev.guildhall.ledger.RateCard;
import dev.guildhall.ledger.RateCard.Price;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Body of {@code PUT /v1/ratecards/NAME}. */
record RateCardBody(String currency, List<PriceBody> prices) {
  record PriceBody(
      String model,
      String inputPerMillion,
      String cachedInputPerMillion,
      String outputPerMillion) {}

  RateCard toRateCard(String ledgerCurrency) {
    if (!ledgerCurrency.equals(currency)) {
      throw new InvalidRequestException(
          "currency", "is " + currency + ", but this ledger accounts in " + ledgerCurrency);
    }
    List<Price> result = new ArrayList<>();
    Set<String> models = new HashSet<>();
    for (int i = 0; i < Check.list("prices", prices, 1000).size(); i++) {
      String at = "prices[" + i + "].";
      PriceBody body = prices.get(i);
      Price price =
          new Price(
              Check.name(at + "model", body.model()),
              Check.money(at + "inputPerMillion", body.inputPerMillion()),
              Check.money(at + "cachedInputPerMillion", body.cachedInputPerMillion()),
              Check.money(at + "outputPerMillion", body.outputPerMillion()));
      if (price.cachedInput().compareTo(price.input()) > 0) {
        throw new InvalidRequestException(
            at + "cachedInputPerMillion",
            "exceeds inputPerMillion, so a reservation would not bound the charge");
      }
      if (!models.add(price.model())) {
        throw new InvalidRequestException(at + "model", "'" + price.model() + "' has two prices");
      }
      result.add(price);
    }
    result.sort(Comparator.comparing(Price::model));
    return new RateCard(currency, List.copyOf(result));
  }
}
