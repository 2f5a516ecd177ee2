package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** The last decision that changed a number of groups, and whether decisions are held now. */
public record ScalingReport(
    @JsonPropertyDescription(
            "When it was made, RFC 3339. Its inputs lie in ConfigMap NAME-scaling.")
        String decidedAt,
    @Size(max = 16) @JsonPropertyDescription("What was done.") List<ScalingStep> chosen,
    @Size(max = 16) @JsonPropertyDescription("What was weighed and not done.")
        List<ScalingStep> rejected,
    @Size(max = 1024)
        @JsonPropertyDescription(
            "Why numbers are left as they are although they may be wrong, such as metrics that are missing; absent if none.")
        String held) {}
