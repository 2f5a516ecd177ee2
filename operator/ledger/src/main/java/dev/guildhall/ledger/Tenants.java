package dev.guildhall.ledger;

import dev.guildhall.ledger.Tenant.OnExhausted;
import dev.guildhall.ledger.store.Jdbc;
import dev.guildhall.ledger.store.LedgerDatabase;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;

/** Versions of tenants' terms, and the lock under which a tenant's money moves. */
@Singleton
public final class Tenants {
  private final LedgerDatabase database;
  private final InstantSource clock;

  Tenants(LedgerDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Makes these the terms in force from now on. */
  public void put(Tenant tenant) {
    database.write(
        jdbc -> {
          lock(jdbc, tenant.name());
          Optional<Tenant> latest = find(jdbc, tenant.name());
          if (latest.isEmpty() || !latest.get().equals(tenant)) {
            jdbc.update(
                "insert into tenant select ?, coalesce(max(version), 0) + 1, ?, ?, cast(? as decimal(38, 15)), ?, ?"
                    + " from tenant where name = ?",
                tenant.name(),
                tenant.displayName(),
                tenant.rateCard(),
                tenant.monthlyBudget(),
                tenant.onExhausted().name(),
                Nanos.now(clock),
                tenant.name());
          }
          return null;
        });
  }

  /** Holds off every other transaction that moves this tenant's money until this one ends. */
  static void lock(Jdbc jdbc, String tenant) throws SQLException {
    String select = "select name from tenant_lock where name = ? for update";
    if (jdbc.first(select, row -> row.getString("name"), tenant).isEmpty()) {
      jdbc.update("insert into tenant_lock (name) values (?) on conflict do nothing", tenant);
      jdbc.first(select, row -> row.getString("name"), tenant);
    }
  }

  static Optional<Tenant> find(Jdbc jdbc, String name) throws SQLException {
    return jdbc.first(
        "select * from tenant where name = ? order by version desc fetch first 1 rows only",
        row ->
            new Tenant(
                row.getString("name"),
                row.getString("display_name"),
                row.getString("rate_card"),
                Jdbc.decimal(row, "monthly_budget"),
                OnExhausted.valueOf(row.getString("on_exhausted"))),
        name);
  }
}
