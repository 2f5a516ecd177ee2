package dev.guildhall.ledger;

import java.math.BigDecimal;

/** A reservation does not fit what is left of the tenant's monthly budget. */
public final class BudgetExhaustedException extends RuntimeException {
  BudgetExhaustedException(
      Tenant tenant, BigDecimal committed, BigDecimal reserved, BigDecimal asked) {
    super(
        "tenant %s has a monthly budget of %s: %s is spent, %s is reserved, this request may cost %s"
            .formatted(
                tenant.name(),
                tenant.monthlyBudget().toPlainString(),
                committed.toPlainString(),
                reserved.toPlainString(),
                asked.toPlainString()));
  }
}
