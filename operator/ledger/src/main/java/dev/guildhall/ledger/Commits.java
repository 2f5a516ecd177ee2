package dev.guildhall.ledger;

import dev.guildhall.ledger.RateCard.Price;
import dev.guildhall.ledger.store.Jdbc;
import dev.guildhall.ledger.store.LedgerDatabase;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Writes what requests used and charges it. Usage is never refused: not after its lease expired or
 * was released, and not without a reservation, tenant or price, in which last cases it is charged
 * nothing and says so.
 */
@Singleton
public final class Commits {

  /**
   * A charge by rate card, exact.
   *
   * @param priced whether a price was known
   * @param repeated whether the usage was recorded before
   */
  public record Charged(
      BigDecimal input, BigDecimal cached, BigDecimal output, boolean priced, boolean repeated) {
    /** Sum of the three. */
    public BigDecimal total() {
      return Jdbc.normal(input.add(cached).add(output));
    }
  }

  private record Card(String name, int version) {}

  private final LedgerDatabase database;
  private final InstantSource clock;

  Commits(LedgerDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Records usage, ends its lease and charges it at the prices of its reservation, or those in
   * force now when there is none.
   *
   * @throws ConflictException when usage or reservation id is recorded with other content
   */
  public Charged commit(String reservation, Usage usage) {
    return database.write(
        jdbc -> {
          Tenants.lock(jdbc, usage.tenant());
          Optional<Usage> recorded = UsageRows.find(jdbc, usage.id());
          if (recorded.isPresent()) {
            Differences.requireSame("usage " + usage.id(), recorded.get(), usage);
            return UsageRows.charged(jdbc, usage.id());
          }
          requireUncommitted(jdbc, reservation, usage);
          return record(jdbc, reservation, usage);
        });
  }

  private Charged record(Jdbc jdbc, String reservation, Usage usage) throws SQLException {
    Card card = card(jdbc, reservation, usage);
    Optional<Price> price = RateCards.price(jdbc, card.name(), card.version(), usage.model());
    Price effective = price.orElse(Price.free(usage.model()));
    Charged charged =
        new Charged(
            effective.inputCharge(usage.promptTokens() - usage.cachedTokens()),
            effective.cachedCharge(usage.cachedTokens()),
            effective.outputCharge(usage.completionTokens()),
            price.isPresent(),
            false);
    long now = Nanos.now(clock);
    long at = Math.min(usage.at(), now);
    UsageRows.insert(
        jdbc,
        reservation,
        usage,
        at,
        now,
        price.isPresent() ? card.name() : "",
        card.version(),
        charged);
    jdbc.update("delete from lease where reservation_id = ?", reservation);
    Spending.add(jdbc, usage, at, charged.total());
    return charged;
  }

  private static Card card(Jdbc jdbc, String reservation, Usage usage) throws SQLException {
    Optional<Card> reserved =
        jdbc.first(
            "select rate_card, rate_version from reservation where id = ?",
            row -> new Card(row.getString("rate_card"), row.getInt("rate_version")),
            reservation);
    if (reserved.isPresent()) {
      return reserved.get();
    }
    String name = Tenants.find(jdbc, usage.tenant()).map(Tenant::rateCard).orElse("");
    return new Card(name, RateCards.latest(jdbc, name));
  }

  private static void requireUncommitted(Jdbc jdbc, String reservation, Usage usage)
      throws SQLException {
    Optional<String> other =
        jdbc.first(
            "select id from usage_event where reservation_id = ?",
            row -> row.getString("id"),
            reservation);
    if (other.isPresent()) {
      throw new ConflictException(
          "reservation_committed",
          "reservation " + reservation + " was committed by usage " + other.get());
    }
    Optional<String> tenant =
        jdbc.first(
            "select tenant from reservation where id = ?",
            row -> row.getString("tenant"),
            reservation);
    if (tenant.isPresent() && !tenant.get().equals(usage.tenant())) {
      throw new ConflictException(
          "tenant_differs",
          "reservation "
              + reservation
              + " is of tenant "
              + tenant.get()
              + ", usage.tenant is "
              + usage.tenant());
    }
  }
}
