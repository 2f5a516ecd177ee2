package dev.guildhall.ledger;

import java.math.BigDecimal;

/**
 * A tenant's terms.
 *
 * @param name unique name
 * @param displayName name for people; may be empty
 * @param rateCard name of the rate card; empty: tokens are free
 * @param monthlyBudget most that may be spent in a calendar month (UTC); null: no limit
 * @param onExhausted what happens then
 */
public record Tenant(
    String name,
    String displayName,
    String rateCard,
    BigDecimal monthlyBudget,
    OnExhausted onExhausted) {

  /** Whether requests beyond the budget are refused or let through. */
  public enum OnExhausted {
    /** Refuse the reservation. */
    REJECT,
    /** Grant it and say that it is over budget. */
    ALLOW
  }
}
