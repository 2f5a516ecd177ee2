package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Prices per million tokens, by model. */
public record RateCardSpec(
    @Required
        @Pattern(GuildhallApi.CURRENCY)
        @JsonPropertyDescription("ISO 4217 code of the currency of all prices, such as USD.")
        String currency,
    @Required
        @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "One entry per model. A model without an entry cannot be called by tenants of this rate card.")
        List<ModelPrice> prices) {}
