package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;

/** Which nodes belong to a pool, what sits in them and what it costs. */
public record GpuNodePoolSpec(
    @Required
        @Size(min = 1, max = 16)
        @JsonPropertyDescription(
            "Labels that a node must carry to belong to this pool. A node belongs to one pool at most: the first by name"
                + " wins and the others say so in their status. GPUs per node are read from the nodes' allocatable"
                + " nvidia.com/gpu.")
        Map<String, String> nodeSelector,
    @Required @JsonPropertyDescription("What one GPU of the pool is.") Accelerator accelerator,
    @Required
        @Pattern(GuildhallApi.AMOUNT)
        @JsonPropertyDescription(
            "What one GPU costs for one hour, held or not, as a decimal string such as \"2.00\".")
        String pricePerGpuHour,
    @Required
        @Pattern(GuildhallApi.CURRENCY)
        @JsonPropertyDescription("ISO 4217 code of the price's currency, such as USD.")
        String currency) {}
