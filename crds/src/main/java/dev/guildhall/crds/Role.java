package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * One role: a number of equal groups, each an expert-parallel domain that holds the whole model.
 */
@ValidationRule(
    value =
        "!has(self.scaling) || !has(self.scaling.maxRedundantExperts) || self.scaling.maxRedundantExperts >= self.redundantExperts",
    message =
        "scaling.maxRedundantExperts must not be less than redundantExperts: raise the one or lower the other")
public record Role(
    @Required
        @Size(min = 1, max = 12)
        @Pattern("^[a-z][a-z0-9]*$")
        @JsonPropertyDescription(
            "Name of the role in lower-case letters and digits; part of its groups' names.")
        String name,
    @Required
        @JsonPropertyDescription(
            "What its groups do. Unified groups take whole requests. Decode groups answer, and have prompts of more than a few"
                + " tokens computed by Prefill groups, whose latent cache comes over; where no Prefill group is ready they compute"
                + " them themselves, and where no Decode group is, Prefill groups answer. A change restarts nothing.")
        Kind kind,
    @Required
        @Min(1)
        @Max(512)
        @JsonPropertyDescription(
            "Expert-parallel ranks of one group, one pod with one GPU each. The model's routed experts plus"
                + " redundantExperts must divide by it. A change restarts every group.")
        Integer ranksPerGroup,
    @Required
        @Min(0)
        @Max(512)
        @JsonPropertyDescription(
            "How many groups to begin with. Read once, when the ServingRole is made; from then on the number lives there,"
                + " written by whom scaling names, or without it by you: kubectl scale servingrole DEPLOYMENT-ROLE --replicas=N.")
        Integer groups,
    @Required
        @Min(0)
        @Max(2048)
        @JsonPropertyDescription(
            "Further copies of busy experts in each layer of a group. Costs memory, evens out load. A change restarts every"
                + " group, unless scaling.maxRedundantExperts leaves room for it.")
        Integer redundantExperts,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonPropertyDescription(
            "Whether the operator moves experts between a group's ranks when that pays: Auto (the default); Weighted, which"
                + " besides splits an expert's tokens over its copies in unequal parts; or Off, which leaves the ExpertPlacement"
                + " to you. Running ranks take up a new one without a restart.")
        Rebalance rebalance,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonPropertyDescription(
            "How many groups there may be and who decides; without it the number is yours.")
        Scaling scaling,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonPropertyDescription(
            "How groups go over to another version: Replace (the default) restarts one after the other; Surge makes one group"
                + " more first, where the pool has room for it, so that never fewer serve than are wanted; Canary gives the new"
                + " version a growing share of the requests and stops where it does worse; InPlaceWeights has running ranks load"
                + " another model.source.path, one group after the other, and is Replace for any other change.")
        RollOut rollOut,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonPropertyDescription("How a new version is tried where rollOut is Canary.")
        CanaryPolicy canary) {

  /** How groups go over to another version. */
  public enum RollOut {
    Replace,
    Surge,
    Canary,
    InPlaceWeights
  }

  /** Who decides where experts lie. */
  public enum Rebalance {
    Auto,
    Weighted,
    Off
  }

  /** What the groups of a role do. */
  public enum Kind {
    Unified,
    Prefill,
    Decode
  }
}
