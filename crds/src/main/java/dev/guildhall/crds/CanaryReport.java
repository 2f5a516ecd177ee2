package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How far a role's canary has come, and what is seen of it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CanaryReport(
    @JsonPropertyDescription("Name of the role.") String role,
    @JsonPropertyDescription("Which step of how many, such as 2/3; 0/3 before the first.")
        String step,
    @JsonPropertyDescription("Percent of the model's requests that the new version gets.")
        Integer weightPercent,
    @JsonPropertyDescription("What it waits for, or why it failed.") String message,
    @JsonPropertyDescription(
            "Of the tokens that the version in force writes to fixed prompts, percent that are the new version's first choice"
                + " too.")
        String agreementPercent,
    @JsonPropertyDescription("The new version in this step.") LaneFigures canary,
    @JsonPropertyDescription("The version in force, at the same time.") LaneFigures stable) {}
