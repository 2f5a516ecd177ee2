package dev.guildhall.ledger.api;

import dev.guildhall.ledger.InvalidRequestException;
import dev.guildhall.ledger.Tenant;
import dev.guildhall.ledger.Tenant.OnExhausted;

/** Body of {@code PUT /v1/tenants/NAME}. */
record TenantBody(String displayName, String rateCard, String monthlyBudget, String onExhausted) {

  Tenant toTenant(String name) {
    return new Tenant(
        Check.name("name", name),
        Check.optional("displayName", displayName),
        Check.optional("rateCard", rateCard),
        monthlyBudget == null ? null : Check.money("monthlyBudget", monthlyBudget),
        onExhausted == null ? OnExhausted.REJECT : parse(onExhausted));
  }

  private static OnExhausted parse(String value) {
    return switch (value) {
      case "Reject" -> OnExhausted.REJECT;
      case "Allow" -> OnExhausted.ALLOW;
      default ->
          throw new InvalidRequestException(
              "onExhausted", "'" + value + "' is neither Reject nor Allow");
    };
  }
}
