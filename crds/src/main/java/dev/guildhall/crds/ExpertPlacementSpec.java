package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** One expert-to-slot map per mixture-of-experts layer. */
@ValidationRule(
    value = "self.epoch > oldSelf.epoch || self.layers == oldSelf.layers",
    message = "spec.layers may change only together with a higher spec.epoch: raise spec.epoch")
@ValidationRule(
    value =
        "self.epoch > oldSelf.epoch || (has(self.weights) ? has(oldSelf.weights) && self.weights == oldSelf.weights : !has(oldSelf.weights))",
    message = "spec.weights may change only together with a higher spec.epoch: raise spec.epoch")
@ValidationRule(
    value = "self.epoch >= oldSelf.epoch",
    message = "spec.epoch cannot go back: raise it to apply an older map again")
public record ExpertPlacementSpec(
    @Required
        @Min(1)
        @Max(2_000_000_000)
        @JsonPropertyDescription("Grows with every change of the map; ranks never mix two epochs.")
        Integer epoch,
    @Required
        @Size(min = 1, max = 128)
        @JsonPropertyDescription(
            "For each mixture-of-experts layer, first to last, the expert in each slot; rank r of n holds the r-th of n equal"
                + " shares of the slots. Every expert has a slot, no rank has one expert twice.")
        List<@Size(min = 1, max = 4096) List<@Min(0) @Max(4095) Integer>> layers,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Size(min = 1, max = 128)
        @JsonPropertyDescription(
            "For each layer and slot, the weight of that copy: an expert's tokens are split over its copies in proportion."
                + " Without it they are split equally, and a rank that holds an expert asks no other for it.")
        List<@Size(min = 1, max = 4096) List<@Min(0) @Max(1_000_000) Integer>> weights,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Size(max = 1024)
        @JsonPropertyDescription("Why the map is as it is, for people.")
        String reason) {}
