package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What a tenant has spent, and whether its keys and prices are in force. */
public record TenantStatus(
    @JsonPropertyDescription("Generation of the spec that this status speaks about.")
        Long observedGeneration,
    @JsonPropertyDescription("This month's money, as the ledger last reported it.") Spend spend,
    @Size(max = 64) @JsonPropertyDescription("Keys in force.") List<KeyUse> keys,
    @Size(max = 16)
        @JsonPropertyDescription("Ready, and Reconciling or Stalled while they are true.")
        List<Condition> conditions)
    implements Conditioned {}
