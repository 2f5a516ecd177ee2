package dev.guildhall.ledger;

import dev.guildhall.ledger.RateCard.Price;
import dev.guildhall.ledger.store.Jdbc;
import dev.guildhall.ledger.store.LedgerDatabase;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Versions of rate cards. A version is never changed; a card that differs from the last one becomes
 * the next.
 */
@Singleton
public final class RateCards {
  private final LedgerDatabase database;
  private final InstantSource clock;

  RateCards(LedgerDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Makes {@code card} the one in force from now on and returns its version. */
  public int put(String name, RateCard card) {
    return database.write(
        jdbc -> {
          int latest = latest(jdbc, name);
          if (latest > 0 && read(jdbc, name, latest).equals(card)) {
            return latest;
          }
          int version = latest + 1;
          jdbc.update(
              "insert into rate_card (name, version, currency, created_nanos) values (?, ?, ?, ?)",
              name,
              version,
              card.currency(),
              Nanos.now(clock));
          for (Price price : card.prices()) {
            jdbc.update(
                "insert into rate_card_price values (?, ?, ?, ?, ?, ?)",
                name,
                version,
                price.model(),
                price.input(),
                price.cachedInput(),
                price.output());
          }
          return version;
        });
  }

  static int latest(Jdbc jdbc, String name) throws SQLException {
    return jdbc.first(
            "select max(version) v from rate_card where name = ?", row -> row.getInt("v"), name)
        .orElse(0);
  }

  static Optional<Price> price(Jdbc jdbc, String name, int version, String model)
      throws SQLException {
    return jdbc.first(
        "select * from rate_card_price where name = ? and version = ? and model = ?",
        RateCards::price,
        name,
        version,
        model);
  }

  private static RateCard read(Jdbc jdbc, String name, int version) throws SQLException {
    String currency =
        jdbc.first(
                "select currency from rate_card where name = ? and version = ?",
                row -> row.getString("currency"),
                name,
                version)
            .orElseThrow();
    List<Price> prices =
        jdbc.all(
            "select * from rate_card_price where name = ? and version = ? order by model",
            RateCards::price,
            name,
            version);
    return new RateCard(currency, prices);
  }

  private static Price price(java.sql.ResultSet row) throws SQLException {
    return new Price(
        row.getString("model"),
        Jdbc.decimal(row, "input_per_million"),
        Jdbc.decimal(row, "cached_per_million"),
        Jdbc.decimal(row, "output_per_million"));
  }
}
