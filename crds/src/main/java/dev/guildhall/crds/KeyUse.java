package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** One key of a tenant that is in force. */
public record KeyUse(
    @JsonPropertyDescription("TENANT/NAME of the key.") String id,
    @JsonPropertyDescription(
            "Day (UTC) of the key's last charged request; absent before the first.")
        String lastUsed) {}
