package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Which costs to report, and how to group them. */
public record CostReportSpec(
    @Required @JsonPropertyDescription("The time that the report covers.") Period period,
    @Required
        @Size(min = 1, max = 2)
        @JsonPropertyDescription(
            "What rows are grouped by. Whatever it is, rows add up to the same total.")
        List<Grouping> groupBy,
    @Required
        @Size(min = 1, max = 63)
        @Pattern(GuildhallApi.RESOURCE_NAME)
        @JsonPropertyDescription("Name of the GpuNodePool whose bill is split.")
        String pool) {

  /** What rows of a report are grouped by. */
  public enum Grouping {
    Tenant,
    Model
  }
}
