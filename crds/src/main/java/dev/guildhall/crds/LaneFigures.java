package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What the gateway saw of the groups of one version. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LaneFigures(
    @JsonPropertyDescription("Calls that ended, well or not.") Long calls,
    @JsonPropertyDescription("Of these, calls that the groups failed.") Long failures,
    @JsonPropertyDescription("Mean microseconds from a call to its first token.")
        Long firstTokenMicros,
    @JsonPropertyDescription("Mean microseconds between two tokens of an answer.")
        Long tokenMicros) {}
