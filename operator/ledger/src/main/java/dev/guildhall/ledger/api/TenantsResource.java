package dev.guildhall.ledger.api;

import dev.guildhall.ledger.LedgerConfig;
import dev.guildhall.ledger.Nanos;
import dev.guildhall.ledger.Spending;
import dev.guildhall.ledger.Spending.KeySpend;
import dev.guildhall.ledger.Spending.Spend;
import dev.guildhall.ledger.Tenants;
import dev.guildhall.ledger.auth.Allow;
import dev.guildhall.ledger.auth.Role;
import dev.guildhall.ledger.metrics.Meters;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.math.BigDecimal;
import java.util.List;

/** Tenants' terms and what they spent. */
@Path("/v1/tenants/{name}")
class TenantsResource {
  private final Tenants tenants;
  private final Spending spending;
  private final LedgerConfig config;
  private final Meters meters;

  TenantsResource(Tenants tenants, Spending spending, LedgerConfig config, Meters meters) {
    this.tenants = tenants;
    this.spending = spending;
    this.config = config;
    this.meters = meters;
  }

  record Answer(String name) {}

  record KeyAnswer(String key, long requests, String charge, String lastUsedAt) {
    static KeyAnswer of(KeySpend key) {
      return new KeyAnswer(
          key.key(), key.requests(), plain(key.charge()), Nanos.format(key.lastUsed()));
    }
  }

  record SpendAnswer(
      String tenant,
      String month,
      String currency,
      String charge,
      String reserved,
      String monthlyBudget,
      String left,
      List<KeyAnswer> keys) {}

  @PUT
  @Allow(Role.OPERATOR)
  public Answer put(@PathParam("name") String name, TenantBody body) {
    var tenant = Check.body(body).toTenant(name);
    meters.timed(
        "tenant",
        () -> {
          tenants.put(tenant);
          return tenant;
        });
    return new Answer(name);
  }

  @GET
  @Path("spend")
  @Allow({Role.OPERATOR, Role.GATEWAY, Role.READER})
  public SpendAnswer spend(@PathParam("name") String name) {
    Spend spend = spending.of(Check.name("name", name));
    return new SpendAnswer(
        name,
        "%04d-%02d".formatted(spend.month() / 100, spend.month() % 100),
        config.currency(),
        plain(spend.charge()),
        plain(spend.reserved()),
        plain(spend.tenant().monthlyBudget()),
        plain(spend.left()),
        spend.keys().stream().map(KeyAnswer::of).toList());
  }

  private static String plain(BigDecimal value) {
    return value == null ? null : value.toPlainString();
  }
}
