package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;

/** What one GPU of a pool is. */
public record Accelerator(
    @Required
        @JsonPropertyDescription(
            "A known machine: H100 and H800 have 80 GB of memory per GPU, H200 has 141 GB. cpu-simulated is no GPU: the"
                + " nodes only advertise nvidia.com/gpu, and ranks run on their CPUs with 2 GiB of memory each.")
        AcceleratorProfile profile,
    @Pattern("^[1-9][0-9]{0,8}(Mi|Gi|M|G)$")
        @JsonPropertyDescription(
            "Memory of one GPU where it differs from the profile's, such as 96Gi; with cpu-simulated, the memory limit of"
                + " one rank.")
        String memoryPerGpu) {}
