package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A model: its name for API consumers and where its files are. */
public record Model(
    @Required
        @Size(min = 1, max = 128)
        @Pattern(GuildhallApi.MODEL_NAME)
        @JsonPropertyDescription("Name by which API consumers ask for the model.")
        String name,
    @Required
        @JsonPropertyDescription(
            "Where the model's folder in Hugging Face layout (config.json, *.safetensors, tokenizer.json) is.")
        ModelSource source) {}
