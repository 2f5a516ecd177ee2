package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What the report came to and where its statement is. */
public record CostReportStatus(
    @JsonPropertyDescription("Generation of the spec that this status speaks about.")
        Long observedGeneration,
    @JsonPropertyDescription("Sum of all rows, such as \"12.34 USD\".") String total,
    @JsonPropertyDescription("Rows of the statement.") Integer rows,
    @JsonPropertyDescription("ConfigMap in this namespace whose entry statement.csv has the rows.")
        String configMap,
    @Size(max = 16)
        @JsonPropertyDescription("Ready, and Reconciling or Stalled while they are true.")
        List<Condition> conditions)
    implements Conditioned {}
