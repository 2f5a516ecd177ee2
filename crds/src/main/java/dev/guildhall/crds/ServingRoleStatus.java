package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;

/** Which groups there are and which of them serve. */
public record ServingRoleStatus(
    @JsonPropertyDescription("Generation of the spec that this status speaks about.")
        Long observedGeneration,
    @StatusReplicas @JsonPropertyDescription("Groups that exist.") Integer groups,
    @JsonPropertyDescription("Groups whose ranks are all ready.") Integer readyGroups,
    @LabelSelector @JsonPropertyDescription("Label selector of the pods of all groups.")
        String selector,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Ready, and Reconciling, Stalled or Degraded (a group computes without some of its ranks) while they are true.")
        List<Condition> conditions)
    implements Conditioned {}
