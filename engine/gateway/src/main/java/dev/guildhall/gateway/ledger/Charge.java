package dev.guildhall.gateway.ledger;

import java.math.BigDecimal;

/** What something cost, exactly. */
public record Charge(BigDecimal amount, String currency) {}
