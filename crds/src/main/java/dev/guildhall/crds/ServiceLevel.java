package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** What users of a model are promised; the operator adds groups until it holds. */
public record ServiceLevel(
    @Required
        @Min(1)
        @Max(600_000)
        @JsonPropertyDescription(
            "Time to first token in milliseconds that the percentile of requests must not exceed.")
        Integer firstTokenMillis,
    @Required
        @Min(1)
        @Max(60_000)
        @JsonPropertyDescription(
            "Time per output token in milliseconds that the percentile of tokens must not exceed.")
        Integer tokenMillis,
    @Required
        @Min(50)
        @Max(99)
        @JsonPropertyDescription("The percentile that is looked at, such as 95.")
        Integer percentile) {}
