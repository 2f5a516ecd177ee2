package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Nodes of a pool by state. */
public record NodeCounts(
    @JsonPropertyDescription("Ready and open for pods.") int ready,
    @JsonPropertyDescription("Ready and closed for new pods (cordoned).") int cordoned,
    @JsonPropertyDescription("Not ready, or their state is unknown.") int notReady) {}
