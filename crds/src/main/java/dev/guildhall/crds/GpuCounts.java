package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** GPUs of a pool by state; {@code held + free + unavailable = total}. */
public record GpuCounts(
    @JsonPropertyDescription("GPUs that the nodes advertise.") int total,
    @JsonPropertyDescription("GPUs bound to a pod, of Guildhall or not.") int held,
    @JsonPropertyDescription("GPUs that a new pod could take now.") int free,
    @JsonPropertyDescription("GPUs held by nobody on nodes that are cordoned or not ready.")
        int unavailable) {}
