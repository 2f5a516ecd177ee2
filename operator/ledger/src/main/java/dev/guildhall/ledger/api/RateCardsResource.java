package dev.guildhall.ledger.api;

import dev.guildhall.ledger.LedgerConfig;
import dev.guildhall.ledger.RateCards;
import dev.guildhall.ledger.auth.Allow;
import dev.guildhall.ledger.auth.Role;
import dev.guildhall.ledger.metrics.Meters;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** What tokens cost. */
@Path("/v1/ratecards")
class RateCardsResource {
  private final RateCards cards;
  private final LedgerConfig config;
  private final Meters meters;

  RateCardsResource(RateCards cards, LedgerConfig config, Meters meters) {
    this.cards = cards;
    this.config = config;
    this.meters = meters;
  }

  record Answer(String name, int version) {}

  @PUT
  @Path("{name}")
  @Allow(Role.OPERATOR)
  public Answer put(@PathParam("name") String name, RateCardBody body) {
    var card = Check.body(body).toRateCard(config.currency());
    return new Answer(
        name, meters.timed("ratecard", () -> cards.put(Check.name("name", name), card)));
  }
}
