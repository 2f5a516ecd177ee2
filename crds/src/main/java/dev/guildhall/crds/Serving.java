package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** Limits of every rank. A change restarts every group. */
@ValidationRule(
    value = "self.maxContextTokens <= self.cacheTokensPerRank",
    message =
        "spec.serving.maxContextTokens must not exceed cacheTokensPerRank, because one request's context lies on one rank:"
            + " raise cacheTokensPerRank or lower maxContextTokens")
public record Serving(
    @Required
        @Min(16)
        @Max(1_048_576)
        @JsonPropertyDescription(
            "Tokens of prompt and completion together that one request may have; at most the model's"
                + " max_position_embeddings.")
        Integer maxContextTokens,
    @Required
        @Min(16)
        @Max(1_000_000_000)
        @JsonPropertyDescription(
            "Tokens of context that the latent cache of one rank holds, over all its requests.")
        Integer cacheTokensPerRank,
    @Required
        @Min(1)
        @Max(1_048_576)
        @JsonPropertyDescription(
            "Tokens that one step of one rank computes at most; longer prompts are split over steps.")
        Integer maxBatchTokens,
    @Required
        @Min(0)
        @Max(3600)
        @JsonPropertyDescription(
            "Seconds that requests under way may take to finish when their rank is told to stop.")
        Integer drainSeconds) {}
