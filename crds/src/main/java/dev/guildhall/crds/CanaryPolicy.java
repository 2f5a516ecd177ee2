package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Objects;

/** How a new version is tried on a share of the requests; what is not given has a default. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "!has(self.weightPercents) || (self.weightPercents.isSorted() && self.weightPercents.all(w, w >= 1 && w <= 100))",
    message =
        "canary.weightPercents must be percentages from 1 to 100 in rising order, such as [5, 25, 50]")
public record CanaryPolicy(
    @Size(min = 1, max = 10)
        @JsonPropertyDescription(
            "Percent of the model's requests that the new version gets, step by step. One group answers them; if not given it"
                + " is a tenth, half and all of what is one group's when all share alike. After the last step all groups go over.")
        List<Integer> weightPercents,
    @Min(1)
        @Max(86_400)
        @JsonPropertyDescription("Seconds that each step lasts at least; 300 if not given.")
        Integer stepSeconds,
    @Min(1)
        @Max(1_000_000)
        @JsonPropertyDescription(
            "Requests that the new version answers at least in each step, before it is judged; 50 if not given. Without them"
                + " the step goes on.")
        Integer minRequests,
    @Min(0)
        @Max(100)
        @JsonPropertyDescription(
            "Percentage points by which the new version's share of failed requests may exceed that of the others at the same"
                + " time; 1 if not given.")
        Integer errorPercent,
    @Min(1)
        @Max(1000)
        @JsonPropertyDescription(
            "Percent by which its mean time to first token and its mean time per output token may each exceed those of the"
                + " others at the same time; 25 if not given.")
        Integer latencyPercent,
    @Min(0)
        @Max(100)
        @JsonPropertyDescription(
            "Percent of the tokens that the others write to fixed prompts which must be the new version's first choice as well,"
                + " before each step; 0, which asks nothing, if not given. Use 99 where a version must answer alike.")
        Integer agreementPercent) {

  /**
   * The same with defaults for what is not given.
   *
   * @param groups of the version in force
   */
  public static CanaryPolicy orDefault(CanaryPolicy given, int groups) {
    if (given == null) {
      return orDefault(new CanaryPolicy(null, null, null, null, null, null), groups);
    }
    int share = Math.max(1, 100 / (groups + 1));
    return new CanaryPolicy(
        Objects.requireNonNullElse(
            given.weightPercents, List.of(Math.max(1, share / 10), Math.max(1, share / 2), share)),
        Objects.requireNonNullElse(given.stepSeconds, 300),
        Objects.requireNonNullElse(given.minRequests, 50),
        Objects.requireNonNullElse(given.errorPercent, 1),
        Objects.requireNonNullElse(given.latencyPercent, 25),
        Objects.requireNonNullElse(given.agreementPercent, 0));
  }
}
