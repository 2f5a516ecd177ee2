package dev.guildhall.ledger;

import dev.guildhall.ledger.store.Jdbc;
import dev.guildhall.ledger.store.LedgerDatabase;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What tenants spent in a calendar month (UTC) and hold in leases. */
@Singleton
public final class Spending {

  /** One key's part of a month; {@code lastUsed} is in nanoseconds since the epoch. */
  public record KeySpend(String key, long requests, BigDecimal charge, long lastUsed) {}

  /**
   * A tenant's month.
   *
   * @param month {@code year * 100 + month}
   * @param charge what usage cost by rate card
   * @param reserved what live leases hold
   * @param keys per key, over this month
   */
  public record Spend(
      Tenant tenant, int month, BigDecimal charge, BigDecimal reserved, List<KeySpend> keys) {

    /** What may still be reserved; null without a budget, never below zero. */
    public BigDecimal left() {
      return tenant.monthlyBudget() == null
          ? null
          : tenant.monthlyBudget().subtract(charge).subtract(reserved).max(BigDecimal.ZERO);
    }
  }

  private final LedgerDatabase database;
  private final InstantSource clock;

  Spending(LedgerDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * The tenant's current month.
   *
   * @throws UnknownException when the ledger has no such tenant
   */
  public Spend of(String name) {
    return database.read(
        jdbc -> {
          Tenant tenant =
              Tenants.find(jdbc, name)
                  .orElseThrow(
                      () ->
                          new UnknownException(
                              "tenant_unknown", "the ledger has no tenant " + name));
          long now = Nanos.now(clock);
          int month = Nanos.month(now);
          return new Spend(
              tenant,
              month,
              committed(jdbc, name, month),
              reserved(jdbc, name, now),
              keys(jdbc, name, month));
        });
  }

  /** What live leases hold, by tenant; zero for a tenant without any. */
  public Map<String, BigDecimal> reservedByTenant() {
    return database.read(
        jdbc -> {
          Map<String, BigDecimal> reserved = new TreeMap<>();
          jdbc.all(
              "select t.name tenant, coalesce(sum(l.amount), 0) amount from tenant_lock t"
                  + " left join lease l on l.tenant = t.name and l.expires_nanos > ? group by t.name",
              row -> reserved.put(row.getString("tenant"), Jdbc.decimal(row, "amount")),
              Nanos.now(clock));
          return reserved;
        });
  }

  static BigDecimal committed(Jdbc jdbc, String tenant, int month) throws SQLException {
    return jdbc.first(
            "select coalesce(sum(charge), 0) charge from spend_month where tenant = ? and month_key = ?",
            row -> Jdbc.decimal(row, "charge"),
            tenant,
            month)
        .orElseThrow();
  }

  static BigDecimal reserved(Jdbc jdbc, String tenant, long now) throws SQLException {
    return jdbc.first(
            "select coalesce(sum(amount), 0) amount from lease where tenant = ? and expires_nanos > ?",
            row -> Jdbc.decimal(row, "amount"),
            tenant,
            now)
        .orElseThrow();
  }

  /** Adds to the month that holds {@code at}. The caller holds the tenant's lock. */
  static void add(Jdbc jdbc, Usage usage, long at, BigDecimal charge) throws SQLException {
    int month = Nanos.month(at);
    int changed =
        jdbc.update(
            "update spend_month set requests = requests + 1, charge = charge + ?, last_nanos = greatest(last_nanos, ?)"
                + " where tenant = ? and month_key = ? and key_id = ?",
            charge,
            at,
            usage.tenant(),
            month,
            usage.key());
    if (changed == 0) {
      jdbc.update(
          "insert into spend_month values (?, ?, ?, 1, ?, ?)",
          usage.tenant(),
          month,
          usage.key(),
          charge,
          at);
    }
  }

  private static List<KeySpend> keys(Jdbc jdbc, String tenant, int month) throws SQLException {
    return jdbc.all(
        "select key_id, max(last_nanos) last_nanos,"
            + " sum(case when month_key = ? then requests else 0 end) requests,"
            + " sum(case when month_key = ? then charge else 0 end) charge"
            + " from spend_month where tenant = ? group by key_id order by key_id",
        row ->
            new KeySpend(
                row.getString("key_id"),
                row.getLong("requests"),
                Jdbc.decimal(row, "charge"),
                row.getLong("last_nanos")),
        month,
        month,
        tenant);
  }
}
