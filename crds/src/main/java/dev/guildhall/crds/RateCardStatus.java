package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** Whether the ledger charges by these prices. */
public record RateCardStatus(
    @JsonPropertyDescription("Generation of the spec that this status speaks about.")
        Long observedGeneration,
    @Size(max = 16)
        @JsonPropertyDescription("Ready, and Reconciling or Stalled while they are true.")
        List<Condition> conditions)
    implements Conditioned {}
