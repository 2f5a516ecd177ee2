package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;

/** Money that a tenant may spend. */
public record Budget(
    @Required
        @Pattern(GuildhallApi.AMOUNT)
        @JsonPropertyDescription(
            "Charges allowed per calendar month (UTC) in the rate card's currency, as a decimal string such as \"50.00\".")
        String monthly,
    @Required
        @JsonPropertyDescription(
            "What happens at its end: Reject answers requests with 402 until the next month, Allow only reports it.")
        OnExhausted onExhausted) {

  /** What happens when a budget is spent. */
  public enum OnExhausted {
    Reject,
    Allow
  }
}
