package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** How many groups a role may have, and who decides. */
@ValidationRule(
    value = "!has(self.maxRedundantExperts) || self.owner == 'Operator'",
    message =
        "scaling.maxRedundantExperts is for the operator: set scaling.owner to Operator, or write the ExpertPlacement yourself")
@ValidationRule(
    value = "self.minGroups <= self.maxGroups",
    message =
        "scaling.minGroups must not exceed scaling.maxGroups: lower the one or raise the other")
public record Scaling(
    @Required
        @JsonPropertyDescription(
            "Who writes the number of groups: Operator decides by the service-level objectives of spec.slo; with External only"
                + " you do, or the HorizontalPodAutoscaler or KEDA object that you point at the ServingRole.")
        Owner owner,
    @Required
        @Min(0)
        @Max(512)
        @JsonPropertyDescription(
            "Fewest groups. With 0 the role sleeps while no request comes, and requests wait at the gateway until a group is"
                + " there.")
        Integer minGroups,
    @Required @Min(1) @Max(512) @JsonPropertyDescription("Most groups.") Integer maxGroups,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Min(30)
        @Max(86_400)
        @JsonPropertyDescription(
            "Seconds without any request after which a role with minGroups 0 sleeps; 600 if not given.")
        Integer sleepAfterSeconds,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Min(0)
        @Max(2048)
        @JsonPropertyDescription(
            "Up to how many redundantExperts the operator may go by itself, where owner is Operator and ranks stay uneven after"
                + " experts were moved. Ranks keep memory for as many; taking one up restarts none. Without it there are as many as"
                + " redundantExperts says. A change restarts every group.")
        Integer maxRedundantExperts) {

  /** Who writes the number of groups. */
  public enum Owner {
    Operator,
    External
  }
}
