package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;

/** Which role of which deployment, and how many groups of it. */
@ValidationRule(
    value = "self.deployment == oldSelf.deployment && self.role == oldSelf.role",
    message =
        "spec.deployment and spec.role cannot change: add a role to the ModelDeployment instead")
public record ServingRoleSpec(
    @Required
        @Size(min = 1, max = 63)
        @Pattern(GuildhallApi.RESOURCE_NAME)
        @JsonPropertyDescription("Name of the ModelDeployment in this namespace.")
        String deployment,
    @Required
        @Size(min = 1, max = 12)
        @Pattern(GuildhallApi.DNS_LABEL)
        @JsonPropertyDescription("Name of the role in the ModelDeployment.")
        String role,
    @Required
        @Min(0)
        @Max(512)
        @SpecReplicas
        @JsonPropertyDescription(
            "How many groups there should be. Owned by whoever scales: a person, an autoscaler, or the operator where the"
                + " ModelDeployment says so; else the operator writes it only when it makes this resource.")
        Integer groups,
    @Required
        @JsonPropertyDescription(
            "What each group is. The operator writes it from the ModelDeployment once its plan is known to fit; a change"
                + " restarts one group after the other.")
        GroupTemplate template,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonPropertyDescription(
            "Whether requests wait at the gateway while there is no group, because somebody makes one when they do. The"
                + " operator writes it from the ModelDeployment.")
        Boolean wakes,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonPropertyDescription(
            "How groups go over to another version. The operator writes it from the ModelDeployment.")
        Role.RollOut rollOut,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonPropertyDescription(
            "A version that is tried. The operator writes it from the ModelDeployment.")
        Canary canary,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonPropertyDescription(
            "What the groups do; whole requests where it is missing. The operator writes it from the ModelDeployment.")
        Role.Kind kind) {

  /** The same with another canary, or without. */
  public ServingRoleSpec withCanary(Canary other) {
    return new ServingRoleSpec(deployment, role, groups, template, wakes, rollOut, other, kind);
  }
}
