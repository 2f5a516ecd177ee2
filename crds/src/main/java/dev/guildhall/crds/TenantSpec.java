package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What a tenant may do, within which limits, at which prices. */
@ValidationRule(
    value = "!has(self.apiKeys) || self.apiKeys.all(k, k.secretRef.namespace in self.namespaces)",
    message =
        "spec.apiKeys[].secretRef.namespace must be one of spec.namespaces: move the Secret, or add its namespace to"
            + " spec.namespaces")
public record TenantSpec(
    @Required
        @Size(min = 1, max = 128)
        @JsonPropertyDescription("The tenant's name for people, as statements show it.")
        String displayName,
    @Required
        @Size(min = 1, max = 64)
        @JsonPropertyDescription(
            "Namespaces of this tenant: its deployments live there, and so do its key Secrets.")
        List<@Pattern(GuildhallApi.DNS_LABEL) @Size(max = 63) String> namespaces,
    @Size(max = 64)
        @JsonPropertyDescription(
            "API keys that authenticate this tenant at the gateway. Two keys at once allow rotation without a gap.")
        List<ApiKey> apiKeys,
    @Required
        @Size(min = 1, max = 128)
        @JsonPropertyDescription("Names of the models that the tenant may call.")
        List<@Pattern(GuildhallApi.MODEL_NAME) @Size(max = 128) String> models,
    @Required
        @Size(min = 1, max = 63)
        @Pattern(GuildhallApi.RESOURCE_NAME)
        @JsonPropertyDescription("Name of the RateCard that prices this tenant's tokens.")
        String rateCard,
    @Required @JsonPropertyDescription("What the gateway lets this tenant do at most at a time.")
        TokenLimits limits,
    @JsonPropertyDescription("Money that the tenant may spend; absent: no bound.") Budget budget) {}
