package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Prices of one model's tokens, per million, as decimal strings. */
public record ModelPrice(
    @Required
        @Size(min = 1, max = 128)
        @Pattern(GuildhallApi.MODEL_NAME)
        @JsonPropertyDescription("Name of the model, as API consumers write it.")
        String model,
    @Required
        @Pattern(GuildhallApi.AMOUNT)
        @JsonPropertyDescription("Price of a million prompt tokens that were computed.")
        String inputPerMillion,
    @Required
        @Pattern(GuildhallApi.AMOUNT)
        @JsonPropertyDescription("Price of a million prompt tokens found in the prefix cache.")
        String cachedInputPerMillion,
    @Required
        @Pattern(GuildhallApi.AMOUNT)
        @JsonPropertyDescription("Price of a million generated tokens.")
        String outputPerMillion) {}
