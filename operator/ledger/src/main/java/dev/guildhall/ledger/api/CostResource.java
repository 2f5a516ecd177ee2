package dev.guildhall.ledger.api;

import dev.guildhall.ledger.Costs;
import dev.guildhall.ledger.InvalidRequestException;
import dev.guildhall.ledger.LedgerConfig;
import dev.guildhall.ledger.Nanos;
import dev.guildhall.ledger.auth.Allow;
import dev.guildhall.ledger.auth.Role;
import dev.guildhall.planner.cost.CostReport;
import dev.guildhall.planner.cost.Dimension;
import dev.guildhall.planner.cost.Period;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows that add up to the pool's bill. */
@Path("/v1/cost")
class CostResource {
  private final Costs costs;
  private final LedgerConfig config;

  CostResource(Costs costs, LedgerConfig config) {
    this.costs = costs;
    this.config = config;
  }

  @GET
  @Allow({Role.READER, Role.OPERATOR})
  public CostAnswer cost(
      @QueryParam("from") String from,
      @QueryParam("to") String to,
      @QueryParam("group") @DefaultValue("tenant,model") String group,
      @QueryParam("pool") String pool,
      @QueryParam("decimals") @DefaultValue("6") Long decimals) {
    long start = Nanos.parse("from", Check.name("from", from));
    long end = Nanos.parse("to", Check.name("to", to));
    if (end < start) {
      throw new InvalidRequestException("to", "lies before from");
    }
    List<Dimension> by = dimensions(Check.text("group", group, 253));
    int digits = (int) Check.range("decimals", decimals, 0, 9);
    Period period = costs.untilNow(new Period(start, end));
    Optional<String> onePool = Optional.ofNullable(pool).map(name -> Check.name("pool", name));
    CostReport report = costs.report(period, onePool, by, digits);
    return CostAnswer.of(period, onePool, config.currency(), by, digits, report);
  }

  private static List<Dimension> dimensions(String group) {
    List<Dimension> result = new ArrayList<>();
    for (String name : group.isBlank() ? new String[0] : group.split(",")) {
      Dimension dimension =
          Dimension.ofWireName(name.strip())
              .orElseThrow(
                  () ->
                      new InvalidRequestException(
                          "group", "'" + name + "' is none of " + Dimension.wireNames()));
      if (result.contains(dimension)) {
        throw new InvalidRequestException("group", "names " + name + " twice");
      }
      result.add(dimension);
    }
    return result;
  }
}
