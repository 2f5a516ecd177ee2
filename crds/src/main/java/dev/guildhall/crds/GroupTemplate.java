package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;

/** What each group of a role is: a ModelDeployment's spec after its plan was found to fit. */
public record GroupTemplate(
    @Required @JsonPropertyDescription("The model and where its files are.") Model model,
    @Required @JsonPropertyDescription("What computes.") ModelDeploymentSpec.Backend backend,
    @Required
        @Min(1)
        @Max(512)
        @JsonPropertyDescription("Ranks of one group, one pod with one GPU each.")
        Integer ranks,
    @Required
        @Size(min = 1, max = 16)
        @JsonPropertyDescription("Labels of the nodes that ranks may run on: the pool's selector.")
        Map<String, String> nodeSelector,
    @Required
        @JsonPropertyDescription(
            "Whether a group fits on one node of the pool, and is then kept on one.")
        Boolean oneNode,
    @Required @Min(1) @JsonPropertyDescription("Bytes of main memory that a rank asks for.")
        Long memoryRequestBytes,
    @Required @Min(1) @JsonPropertyDescription("Bytes of main memory that a rank may use.")
        Long memoryLimitBytes,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Min(1)
        @Max(1_000_000)
        @JsonPropertyDescription("Thousandths of a CPU that a rank asks for.")
        Integer cpuRequestMillis,
    @Required
        @Min(1)
        @Max(4096)
        @JsonPropertyDescription(
            "Slots for experts that a group has room for in each layer. Running ranks take up another ExpertPlacement with no more.")
        Integer expertSlots,
    @Required @JsonPropertyDescription("Limits of every rank.") Serving serving,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Size(min = 1, max = 512)
        @JsonPropertyDescription("Image of the rank processes; without it, the operator's own.")
        String engineImage) {

  /** The same without memory and CPUs, which are estimates and follow what nodes say they have. */
  public GroupTemplate withoutEstimates() {
    return new GroupTemplate(
        model,
        backend,
        ranks,
        nodeSelector,
        oneNode,
        0L,
        0L,
        null,
        expertSlots,
        serving,
        engineImage);
  }

  /** Whether groups of both are the same version. */
  public boolean isVersionOf(GroupTemplate other) {
    return withoutEstimates().equals(other.withoutEstimates());
  }
}
