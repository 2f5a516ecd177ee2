package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** What the gateway lets a tenant do at most at a time. */
public record TokenLimits(
    @Required
        @Min(1)
        @Max(1_000_000_000)
        @JsonPropertyDescription("Prompt and completion tokens per minute, over all keys.")
        Integer tokensPerMinute,
    @Required
        @Min(1)
        @Max(100_000)
        @JsonPropertyDescription("Requests that may be under way at the same time.")
        Integer requestsInFlight) {}
