package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** A model, where it runs, in which layout, and who pays. */
@ValidationRule(
    value =
        "has(self.slo) || !self.roles.exists(r, has(r.scaling) && r.scaling.owner == 'Operator')",
    message =
        "spec.slo is needed where a role's scaling.owner is Operator, which scales by it: give firstTokenMillis, tokenMillis"
            + " and percentile, or set the owner to External")
@ValidationRule(
    value = "self.roles.exists(r, r.kind == 'Prefill') == self.roles.exists(r, r.kind == 'Decode')",
    message =
        "spec.roles: Prefill and Decode need each other: give at least one role of either kind, or none")
@ValidationRule(
    value =
        "has(self.model.source.path) || !self.roles.exists(r, has(r.rollOut) && r.rollOut == 'InPlaceWeights')",
    message =
        "spec.model.source.path is needed where a role's rollOut is InPlaceWeights, which changes it: name the folder of this"
            + " version")
public record ModelDeploymentSpec(
    @Required @JsonPropertyDescription("The model and where its files are.") Model model,
    @Required
        @JsonPropertyDescription(
            "What computes: cuda needs a pool of real GPUs, cpu runs anywhere and is slow. A change restarts every group.")
        Backend backend,
    @Required
        @Size(min = 1, max = 63)
        @Pattern(GuildhallApi.RESOURCE_NAME)
        @JsonPropertyDescription("Name of the GpuNodePool that GPUs are taken from.")
        String pool,
    @Required
        @Size(min = 1, max = 63)
        @Pattern(GuildhallApi.RESOURCE_NAME)
        @JsonPropertyDescription(
            "Name of the Tenant that pays for the reserved and idle time of this deployment. The deployment's namespace must"
                + " be one of the tenant's.")
        String tenant,
    @Required
        @Size(min = 1, max = 8)
        @JsonPropertyDescription("How the model is laid out over GPUs, one entry per role.")
        List<Role> roles,
    @Required @JsonPropertyDescription("Limits of every rank.") Serving serving,
    @Size(min = 1, max = 512)
        @JsonPropertyDescription(
            "Image of the rank processes, of the same repository as the operator's own; without it, the operator's own."
                + " Pins a deployment to one version of the engine. A change restarts every group.")
        String engineImage,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonPropertyDescription("What users of the model are promised.")
        ServiceLevel slo,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Pattern(GuildhallApi.AMOUNT)
        @JsonPropertyDescription(
            "Most that the groups of this deployment may cost per hour in the pool's currency, as a decimal string such as"
                + " \"512.00\"; the operator adds no group beyond it.")
        String maxCostPerHour) {

  /** What computes on a rank. */
  public enum Backend {
    cpu,
    cuda
  }
}
