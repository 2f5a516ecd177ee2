package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A time span, end excluded. */
@ValidationRule(
    value = "timestamp(self.from) < timestamp(self.to)",
    message = "spec.period.from must be before spec.period.to: swap or correct them")
public record Period(
    @Required
        @Size(max = 30)
        @Pattern(Period.UTC)
        @JsonPropertyDescription("Begin, RFC 3339 in UTC, such as 2026-11-01T00:00:00Z.")
        String from,
    @Required
        @Size(max = 30)
        @Pattern(Period.UTC)
        @JsonPropertyDescription(
            "End, excluded, RFC 3339 in UTC. While it lies in the future the report is brought up to date every minute.")
        String to) {

  static final String UTC =
      "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z$";
}
