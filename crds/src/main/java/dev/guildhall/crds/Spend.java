package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Money of one calendar month (UTC), as decimal strings. */
public record Spend(
    @JsonPropertyDescription("Charged for finished requests.") String charged,
    @JsonPropertyDescription("Held for requests under way.") String reserved,
    @JsonPropertyDescription("What the budget still allows; absent without a budget.") String left,
    @JsonPropertyDescription("ISO 4217 code of the currency.") String currency) {}
