package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** Something that was weighed when groups were counted. */
public record ScalingStep(
    @Size(max = 256) @JsonPropertyDescription("What, such as \"add 1 group(s) to unified\".")
        String action,
    @JsonPropertyDescription(
            "What it adds to the bill per hour, such as \"8.00 USD\"; negative where it saves.")
        String costPerHour,
    @Size(max = 512) @JsonPropertyDescription("Why it was chosen or rejected.") String reason) {}
