package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What a pool has and who holds it. */
public record GpuNodePoolStatus(
    @JsonPropertyDescription("Generation of the spec that this status speaks about.")
        Long observedGeneration,
    @JsonPropertyDescription("Nodes that match the selector, by state.") NodeCounts nodes,
    @JsonPropertyDescription("GPUs of these nodes, by state.") GpuCounts gpus,
    @Size(max = 256)
        @JsonPropertyDescription(
            "Who holds how many GPUs in which state, largest first; at most 256 entries.")
        List<GpuHolder> holders,
    @Size(max = 16)
        @JsonPropertyDescription("Ready, and Reconciling or Stalled while they are true.")
        List<Condition> conditions)
    implements Conditioned {}
