package dev.guildhall.ledger.api;

import dev.guildhall.ledger.BudgetExhaustedException;
import dev.guildhall.ledger.Commits;
import dev.guildhall.ledger.Commits.Charged;
import dev.guildhall.ledger.LedgerConfig;
import dev.guildhall.ledger.Nanos;
import dev.guildhall.ledger.Reservations;
import dev.guildhall.ledger.Reservations.Granted;
import dev.guildhall.ledger.auth.Allow;
import dev.guildhall.ledger.auth.Role;
import dev.guildhall.ledger.metrics.Meters;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Budget before, usage after. */
@Path("/v1/reservations")
class ReservationsResource {
  private final Reservations reservations;
  private final Commits commits;
  private final LedgerConfig config;
  private final Meters meters;

  ReservationsResource(
      Reservations reservations, Commits commits, LedgerConfig config, Meters meters) {
    this.reservations = reservations;
    this.commits = commits;
    this.config = config;
    this.meters = meters;
  }

  record ReservationAnswer(
      String id, String reserved, String currency, String expiresAt, boolean overBudget) {}

  record CommitAnswer(String charge, String currency, boolean priced) {}

  @POST
  @ResponseStatus(201)
  @Allow(Role.GATEWAY)
  public ReservationAnswer reserve(ReservationBody body) {
    var request = Check.body(body).toRequest();
    try {
      Granted granted = meters.timed("reserve", () -> reservations.reserve(request));
      meters.reservation("granted");
      return new ReservationAnswer(
          granted.id(),
          granted.amount().toPlainString(),
          config.currency(),
          Nanos.format(granted.expires()),
          granted.overBudget());
    } catch (BudgetExhaustedException e) {
      meters.reservation("budget_exhausted");
      throw e;
    }
  }

  @POST
  @Path("{id}/commit")
  @Allow(Role.GATEWAY)
  public CommitAnswer commit(@PathParam("id") String id, CommitBody body) {
    var usage = Check.body(body).toUsage();
    Charged charged = meters.timed("commit", () -> commits.commit(Check.name("id", id), usage));
    meters.usage(usage, charged, config.currency());
    return new CommitAnswer(charged.total().toPlainString(), config.currency(), charged.priced());
  }

  @DELETE
  @Path("{id}")
  @Allow(Role.GATEWAY)
  public void release(@PathParam("id") String id) {
    meters.timed(
        "release",
        () -> {
          reservations.release(Check.name("id", id));
          return id;
        });
    meters.reservation("released");
  }
}
