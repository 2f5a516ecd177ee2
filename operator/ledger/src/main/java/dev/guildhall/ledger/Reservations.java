package dev.guildhall.ledger;

import dev.guildhall.ledger.RateCard.Price;
import dev.guildhall.ledger.Tenant.OnExhausted;
import dev.guildhall.ledger.store.Jdbc;
import dev.guildhall.ledger.store.LedgerDatabase;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Leases on a tenant's monthly budget.
 *
 * <p>What a tenant has committed this month plus what live leases hold never exceeds its budget,
 * but for usage beyond its reservation: more tokens than reserved, or a commit after its lease
 * expired. Such usage is charged all the same.
 */
@Singleton
public final class Reservations {

  /**
   * A granted reservation.
   *
   * @param amount what it holds of the budget
   * @param expires nanoseconds since the epoch
   */
  public record Granted(String id, BigDecimal amount, long expires, boolean overBudget) {}

  private record Recorded(ReservationRequest request, BigDecimal amount, long expires) {}

  private record Priced(BigDecimal amount, String rateCard, int version) {}

  private final LedgerDatabase database;
  private final InstantSource clock;

  Reservations(LedgerDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Reserves budget, priced by the rate card version in force.
   *
   * @throws BudgetExhaustedException when it does not fit the tenant's budget
   * @throws UnknownException when tenant, rate card or price is unknown
   * @throws ConflictException when the id is recorded with other content
   */
  public Granted reserve(ReservationRequest request) {
    return database.write(
        jdbc -> {
          Tenants.lock(jdbc, request.tenant());
          Optional<Recorded> recorded = find(jdbc, request.id());
          if (recorded.isPresent()) {
            Differences.requireSame(
                "reservation " + request.id(), recorded.get().request(), request);
            return new Granted(
                request.id(), recorded.get().amount(), recorded.get().expires(), false);
          }
          return grant(jdbc, request);
        });
  }

  /** Gives back what is still leased; nothing happens when it was committed or released before. */
  public void release(String id) {
    database.write(
        jdbc -> {
          Recorded recorded =
              find(jdbc, id)
                  .orElseThrow(
                      () ->
                          new UnknownException(
                              "reservation_unknown", "no reservation has the id " + id));
          Tenants.lock(jdbc, recorded.request().tenant());
          if (jdbc.update("delete from lease where reservation_id = ?", id) == 1) {
            jdbc.update("insert into reservation_release values (?, ?)", id, Nanos.now(clock));
          }
          return null;
        });
  }

  private Granted grant(Jdbc jdbc, ReservationRequest request) throws SQLException {
    Tenant tenant =
        Tenants.find(jdbc, request.tenant())
            .orElseThrow(
                () ->
                    new UnknownException(
                        "tenant_unknown", "the ledger has no tenant " + request.tenant()));
    long now = Nanos.now(clock);
    Priced priced = price(jdbc, tenant, request);
    jdbc.update("delete from lease where tenant = ? and expires_nanos <= ?", tenant.name(), now);
    boolean over = false;
    if (tenant.monthlyBudget() != null) {
      BigDecimal committed = Spending.committed(jdbc, tenant.name(), Nanos.month(now));
      BigDecimal reserved = Spending.reserved(jdbc, tenant.name(), now);
      over = committed.add(reserved).add(priced.amount()).compareTo(tenant.monthlyBudget()) > 0;
      if (over && tenant.onExhausted() == OnExhausted.REJECT) {
        throw new BudgetExhaustedException(tenant, committed, reserved, priced.amount());
      }
    }
    long expires = Math.addExact(now, Math.multiplyExact(request.ttlSeconds(), 1_000_000_000L));
    insert(jdbc, request, priced, now, expires);
    return new Granted(request.id(), priced.amount(), expires, over);
  }

  private static Priced price(Jdbc jdbc, Tenant tenant, ReservationRequest request)
      throws SQLException {
    if (tenant.rateCard().isEmpty()) {
      return new Priced(BigDecimal.ZERO, "", 0);
    }
    int version = RateCards.latest(jdbc, tenant.rateCard());
    Price price =
        RateCards.price(jdbc, tenant.rateCard(), version, request.model())
            .orElseThrow(
                () ->
                    new UnknownException(
                        "price_unknown",
                        "rate card "
                            + tenant.rateCard()
                            + " of tenant "
                            + tenant.name()
                            + " has no price for model "
                            + request.model()));
    BigDecimal amount =
        price.inputCharge(request.promptTokens()).add(price.outputCharge(request.maxTokens()));
    return new Priced(Jdbc.normal(amount), tenant.rateCard(), version);
  }

  private static void insert(
      Jdbc jdbc, ReservationRequest request, Priced priced, long now, long expires)
      throws SQLException {
    jdbc.update(
        "insert into reservation values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        request.id(),
        request.tenant(),
        request.key(),
        request.model(),
        request.promptTokens(),
        request.maxTokens(),
        request.ttlSeconds(),
        priced.amount(),
        priced.rateCard(),
        priced.version(),
        now,
        expires);
    jdbc.update(
        "insert into lease values (?, ?, ?, ?)",
        request.id(),
        request.tenant(),
        priced.amount(),
        expires);
  }

  private static Optional<Recorded> find(Jdbc jdbc, String id) throws SQLException {
    return jdbc.first(
        "select * from reservation where id = ?",
        row ->
            new Recorded(
                new ReservationRequest(
                    row.getString("id"),
                    row.getString("tenant"),
                    row.getString("key_id"),
                    row.getString("model"),
                    row.getLong("prompt_tokens"),
                    row.getLong("max_tokens"),
                    row.getLong("ttl_seconds")),
                Jdbc.decimal(row, "amount"),
                row.getLong("expires_nanos")),
        id);
  }
}
