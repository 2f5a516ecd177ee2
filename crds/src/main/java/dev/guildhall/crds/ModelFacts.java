package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What was found in a model's folder before a GPU was taken for it. */
public record ModelFacts(
    @JsonPropertyDescription(
            "sha256:HEX over the names and contents of the folder's files, as every rank reports it.")
        String digest,
    @JsonPropertyDescription("model_type of config.json.") String architecture,
    @JsonPropertyDescription("Parameters of the main model, without the MTP layers.")
        Long parameters,
    @JsonPropertyDescription("Routed experts of each mixture-of-experts layer.")
        Integer routedExperts,
    @JsonPropertyDescription("Layers, and how many of them are mixtures of experts, such as 58/61.")
        String moeLayers) {}
