package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** Whether a placement is what the groups of its role load. */
public record ExpertPlacementStatus(
    @JsonPropertyDescription("Generation of the spec that this status speaks about.")
        Long observedGeneration,
    @JsonPropertyDescription("Epoch that the groups' ranks are given.") Integer observedEpoch,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonPropertyDescription("Lowest epoch that a ready rank's steps went by when last asked.")
        Integer appliedEpoch,
    @Size(max = 16)
        @JsonPropertyDescription("Ready, and Reconciling or Stalled while they are true.")
        List<Condition> conditions)
    implements Conditioned {}
