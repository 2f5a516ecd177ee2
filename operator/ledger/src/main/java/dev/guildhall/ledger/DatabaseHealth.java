package dev.guildhall.ledger;

import dev.guildhall.ledger.store.LedgerDatabase;
import dev.guildhall.ledger.store.StoreException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the database answers. */
@Readiness
class DatabaseHealth implements HealthCheck {
  private final LedgerDatabase database;

  DatabaseHealth(LedgerDatabase database) {
    this.database = database;
  }

  @Override
  public HealthCheckResponse call() {
    try {
      database.read(jdbc -> jdbc.first("select 1 one", row -> row.getInt("one")));
      return HealthCheckResponse.up("database");
    } catch (StoreException e) {
      return HealthCheckResponse.named("database").down().withData("error", e.getMessage()).build();
    }
  }
}
