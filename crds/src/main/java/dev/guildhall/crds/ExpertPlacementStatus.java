package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** Whether a placement is what the groups of its role load. */
public record ExpertPlacementStatus(
    @JsonPropertyDescription("Generation of the spec that this status speaks about.")
        Long observedGeneration,
    @JsonPropertyDescription("Epoch that the groups' ranks are given.") Integer observedEpoch,
    @Size(max = 16)
        @JsonPropertyDescription("Ready, and Reconciling or Stalled while they are true.")
        List<Condition> conditions)
    implements Conditioned {}
