package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One group of a new version beside those of the version in force. */
public record Canary(
    @Required @JsonPropertyDescription("What the group is.") GroupTemplate template,
    @Required
        @Min(0)
        @Max(100)
        @JsonPropertyDescription("Percent of the model's requests that go to it.")
        Integer weightPercent,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonPropertyDescription("Whether the gateway puts fixed prompts to it.")
        Boolean probed,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
            "Why it gets no requests any more; it is kept so that one can look at it.")
        String failure) {

  /** The same with another share of the requests. */
  public Canary withWeight(int percent) {
    return new Canary(template, percent, probed, failure);
  }

  /** The same without requests, for a reason. */
  public Canary failed(String why) {
    return new Canary(template, 0, probed, why);
  }
}
