package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** The physical plan of a deployment and how far it has come true. */
public record ModelDeploymentStatus(
    @JsonPropertyDescription("Generation of the spec that this status speaks about.")
        Long observedGeneration,
    @JsonPropertyDescription("What was found in the model's folder.") ModelFacts model,
    @Size(max = 8)
        @JsonPropertyDescription(
            "The physical plan of each role, made before any GPU is taken; all sizes in bytes.")
        List<RolePlan> plan,
    @JsonPropertyDescription("GPUs that all wanted groups take together.") Integer gpus,
    @JsonPropertyDescription("Groups that serve, of those wanted, such as 1/2.") String readyGroups,
    @JsonPropertyDescription("The last change of the number of groups that the operator made.")
        ScalingReport scaling,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Size(max = 8)
        @JsonPropertyDescription("New versions that are tried, by role.")
        List<CanaryReport> canaries,
    @Size(max = 16)
        @JsonPropertyDescription("Ready, and Reconciling or Stalled while they are true.")
        List<Condition> conditions)
    implements Conditioned {}
